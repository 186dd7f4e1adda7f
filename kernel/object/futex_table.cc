// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/futex_table.h"

#include <arch/user_copy.h>

#include "kernel/object/thread.h"
#include "kernel/sched/run_queue.h"

namespace kernel {

base::Result<> FutexTable::Wait(uint64_t address, uint32_t expected, const Deadline& deadline) {
  Thread& thread = Thread::Current();
  FutexWaiter& waiter = thread.futex_waiter();
  {
    SpinlockGuard guard(lock_);
    waiter.address = address;
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

  const BlockedScope blocked(thread, ZX_THREAD_STATE_BLOCKED_FUTEX);
  const zx_status_t status = sched::Task::ParkHere(deadline);
  {
    SpinlockGuard guard(lock_);
    if (!waiter.linked()) [[likely]] return {};
  }
  return WaitOn(waiter, deadline, status);
}

base::Result<> FutexTable::WaitOn(FutexWaiter& waiter, const Deadline& deadline, zx_status_t status) {
  while (true) {
    {
      SpinlockGuard guard(lock_);
      if (!waiter.linked()) return {};
      if (status != ZX_OK) {
        RemoveLocked(waiter);
        return base::Error(status);
      }
    }
    status = sched::Task::Park(deadline);
  }
}

void FutexTable::WakeWaiters(uint64_t address, uint32_t count) {
  if (count == 1) [[likely]] return WakeFirst(address);
  WakeSeveral(address, count);
}

void FutexTable::WakeFirst(uint64_t address) {
  SpinlockGuard guard(lock_);
  auto& bucket = buckets_[BucketOf(address)];
  for (FutexWaiter* waiter = bucket.front(); waiter != nullptr; waiter = bucket.Next(*waiter)) {
    if (waiter->address != address) continue;
    RemoveLocked(*waiter);
    // Its thread may be gone as soon as the lock is released.
    return waiter->task.Unpark();
  }
}

void FutexTable::WakeSeveral(uint64_t address, uint32_t count) {
  SpinlockGuard guard(lock_);
  auto& bucket = buckets_[BucketOf(address)];
  for (FutexWaiter* waiter = bucket.front(); waiter != nullptr && count > 0;) {
    FutexWaiter* next = bucket.Next(*waiter);
    if (waiter->address == address) {
      RemoveLocked(*waiter);
      waiter->task.Unpark();
      --count;
    }
    waiter = next;
  }
}

void FutexTable::AddLocked(FutexWaiter& waiter) {
  buckets_[BucketOf(waiter.address)].PushBack(waiter);
  waiting_.store(waiting_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void FutexTable::RemoveLocked(FutexWaiter& waiter) {
  base::List<FutexWaiter, FutexTable>::Remove(waiter);
  waiting_.store(waiting_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
}

bool FutexTable::Leave(FutexWaiter& waiter) {
  SpinlockGuard guard(lock_);
  if (!waiter.linked()) return true;
  RemoveLocked(waiter);
  return false;
}

}  // namespace kernel
