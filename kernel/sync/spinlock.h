// SPDX-License-Identifier: BSD-2-Clause
// Mutual exclusion between CPUs.
//
// The kernel runs with interrupts masked and is not preempted, so a lock is one word and taking it
// saves nothing. A CPU that spins keeps serving TLB shootdowns (arch::SpinPause()).
#pragma once

#include <atomic>
#include <cstdint>

#include <arch/cpu.h>

#include "kernel/sync/lock_rank.h"
#include "lib/base/thread_annotations.h"

namespace kernel {

class CAPABILITY("spinlock") Spinlock {
 public:
  explicit constexpr Spinlock([[maybe_unused]] LockRank rank)
#ifdef HAFNON_DEBUG
      : rank_(rank)
#endif
  {
  }
  Spinlock(const Spinlock&) = delete;
  Spinlock& operator=(const Spinlock&) = delete;

  void Acquire() ACQUIRE() {
    CheckOrder();
    if (held_.exchange(1, std::memory_order_acquire) != 0) [[unlikely]] {
      AcquireContended();
    }
    NoteAcquired();
  }
  void Release() RELEASE() {
    NoteReleased();
    held_.store(0, std::memory_order_release);
  }
  // Whether somebody holds the lock; for assertions.
  bool is_held() const { return held_.load(std::memory_order_relaxed) != 0; }

  // Acquisitions that had to wait, on all CPUs since boot.
  static uint64_t contended_count();

 private:
  // Saves what it uses, so that code that takes a free lock need not.
  [[gnu::cold, clang::preserve_most]] void AcquireContended();
#ifdef HAFNON_DEBUG
  void CheckOrder() const;
  void NoteAcquired() const;
  void NoteReleased() const;
#else
  void CheckOrder() const {}
  void NoteAcquired() const {}
  void NoteReleased() const {}
#endif

  std::atomic<uint32_t> held_ = 0;
#ifdef HAFNON_DEBUG
  const LockRank rank_;
#endif
};

// Holds a lock for the life of the guard.
class SCOPED_CAPABILITY SpinlockGuard {
 public:
  explicit SpinlockGuard(Spinlock& lock) ACQUIRE(lock) : lock_(lock) { lock_.Acquire(); }
  ~SpinlockGuard() RELEASE() { lock_.Release(); }
  SpinlockGuard(const SpinlockGuard&) = delete;
  SpinlockGuard& operator=(const SpinlockGuard&) = delete;

 private:
  Spinlock& lock_;
};

}  // namespace kernel

// The other parts of the kernel that have locks.
namespace vm {
using kernel::LockRank;
using kernel::Spinlock;
using kernel::SpinlockGuard;
}  // namespace vm
namespace sched {
using kernel::LockRank;
using kernel::Spinlock;
using kernel::SpinlockGuard;
}  // namespace sched
