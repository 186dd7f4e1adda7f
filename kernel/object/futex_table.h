// SPDX-License-Identifier: BSD-2-Clause
// The futexes of one process: who waits at which address.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <zircon/types.h>

#include "kernel/sync/spinlock.h"
#include "kernel/time/deadline.h"
#include "lib/base/list.h"
#include "lib/base/result.h"
#include "lib/base/thread_annotations.h"

namespace sched {
class Task;
}

namespace kernel {

// A thread's place in the list of those who wait; every thread has one. Guarded by the table's lock.
struct FutexWaiter : base::ListNode<class FutexTable> {
  explicit FutexWaiter(sched::Task& who) : task(who) {}
  uint64_t address = 0;
  sched::Task& task;
};

// Waiters in a few lists by address, in order of arrival.
class FutexTable {
 public:
  FutexTable() = default;

  // Waits while the word at `address` (user memory of the current process, aligned) is `expected`.
  // Errors: ZX_ERR_BAD_STATE it is not, ZX_ERR_TIMED_OUT, ZX_ERR_INVALID_ARGS not readable, those of
  // sched::Task::Park().
  base::Result<> Wait(uint64_t address, uint32_t expected, const Deadline& deadline) EXCLUDES(lock_);
  // Wakes up to `count` waiters, the longest waiting first.
  void Wake(uint64_t address, uint32_t count) EXCLUDES(lock_) {
    // Either this sees the waiter, or the waiter, which counts itself before it looks at the word, sees what
    // the caller wrote there.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (waiting_.load(std::memory_order_relaxed) == 0) [[likely]] return;
    WakeWaiters(address, count);
  }

 private:
  static constexpr size_t kBuckets = 16;

  static size_t BucketOf(uint64_t address) { return (address >> 2 ^ address >> 6 ^ address >> 12) % kBuckets; }
  // Apart from Wake(), which mostly has nobody to wake, and from each other: one waiter takes fewer registers.
  [[gnu::noinline]] void WakeWaiters(uint64_t address, uint32_t count) EXCLUDES(lock_);
  [[gnu::noinline]] void WakeFirst(uint64_t address) EXCLUDES(lock_);
  [[gnu::noinline]] void WakeSeveral(uint64_t address, uint32_t count) EXCLUDES(lock_);
  // After a park that ended with `status` while the waiter is in its list.
  [[gnu::cold, gnu::noinline]] base::Result<> WaitOn(FutexWaiter& waiter, const Deadline& deadline,
                                                     zx_status_t status) EXCLUDES(lock_);
  void AddLocked(FutexWaiter& waiter) REQUIRES(lock_);
  void RemoveLocked(FutexWaiter& waiter) REQUIRES(lock_);
  // Takes the waiter out if nobody has woken it. Returns whether somebody had.
  bool Leave(FutexWaiter& waiter) EXCLUDES(lock_);

  Spinlock lock_{LockRank::kFutex};
  std::atomic<uint32_t> waiting_ = 0;  // all waiters; written under the lock
  base::List<FutexWaiter, FutexTable> buckets_[kBuckets] GUARDED_BY(lock_);
};

}  // namespace kernel
