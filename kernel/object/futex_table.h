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
    if (waiting_.load(std::memory_order_relaxed) != 0) WakeWaiters(address, count);
  }

 private:
  static constexpr size_t kBuckets = 16;

  struct Waiter : base::ListNode<FutexTable> {
    Waiter(uint64_t at, sched::Task& who) : address(at), task(who) {}
    const uint64_t address;
    sched::Task& task;
  };
  static size_t BucketOf(uint64_t address) { return (address >> 2) * 0x9e37'79b9'7f4a'7c15u >> 60; }
  void WakeWaiters(uint64_t address, uint32_t count) EXCLUDES(lock_);
  void AddLocked(Waiter& waiter) REQUIRES(lock_);
  void RemoveLocked(Waiter& waiter) REQUIRES(lock_);
  // Takes the waiter out if nobody has woken it. Returns whether somebody had.
  bool Leave(Waiter& waiter) EXCLUDES(lock_);

  Spinlock lock_{LockRank::kFutex};
  std::atomic<uint32_t> waiting_ = 0;  // all waiters; written under the lock
  base::List<Waiter, FutexTable> buckets_[kBuckets] GUARDED_BY(lock_);
};

}  // namespace kernel
