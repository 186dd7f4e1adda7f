// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/futex_table.h"

#include <arch/user_copy.h>

#include "kernel/object/thread.h"
#include "kernel/sched/task.h"

namespace kernel {

base::Result<> FutexTable::Wait(uint64_t address, uint32_t expected, const Deadline& deadline) {
  Waiter waiter(address, sched::Task::Current());
  {
    SpinlockGuard guard(lock_);
    AddLocked(waiter);
  }
  std::atomic_thread_fence(std::memory_order_seq_cst);
  // Looked at only now that a Wake() would find the waiter: whoever changes the word and then wakes
  // cannot be missed. The load may fault, so it is outside the lock.
  uint32_t found = 0;
  if (arch::LoadUser(address, found) != ZX_OK) {
    Leave(waiter);
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  if (found != expected) {
    // Woken all the same: then the wake-up must not be lost.
    if (Leave(waiter)) return {};
    return base::Error(ZX_ERR_BAD_STATE);
  }

  BlockedScope blocked(ZX_THREAD_STATE_BLOCKED_FUTEX);
  while (true) {
    const zx_status_t status = sched::Task::Park(deadline);
    {
      SpinlockGuard guard(lock_);
      if (!waiter.linked()) return {};
      if (status == ZX_OK) continue;
      RemoveLocked(waiter);
    }
    return base::Error(status);
  }
}

void FutexTable::WakeWaiters(uint64_t address, uint32_t count) {
  SpinlockGuard guard(lock_);
  auto& bucket = buckets_[BucketOf(address)];
  for (Waiter* waiter = bucket.front(); waiter != nullptr && count > 0;) {
    Waiter* next = bucket.Next(*waiter);
    if (waiter->address == address) {
      sched::Task& task = waiter->task;
      // The waiter lives on its task's stack and is gone as soon as the lock is released.
      RemoveLocked(*waiter);
      task.Unpark();
      --count;
    }
    waiter = next;
  }
}

void FutexTable::AddLocked(Waiter& waiter) {
  buckets_[BucketOf(waiter.address)].PushBack(waiter);
  waiting_.store(waiting_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void FutexTable::RemoveLocked(Waiter& waiter) {
  base::List<Waiter, FutexTable>::Remove(waiter);
  waiting_.store(waiting_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
}

bool FutexTable::Leave(Waiter& waiter) {
  SpinlockGuard guard(lock_);
  if (!waiter.linked()) return true;
  RemoveLocked(waiter);
  return false;
}

}  // namespace kernel
