// SPDX-License-Identifier: BSD-2-Clause
// A lock that sleeps in the kernel when it is taken, for the runtime's own state.
#pragma once

#include <atomic>
#include <cstdint>

#include <zircon/syscalls.h>

#include "lib/base/thread_annotations.h"

namespace rt {

// Not recursive. Zero-initialised is unlocked, so a global one is usable before constructors run.
class CAPABILITY("mutex") Mutex {
 public:
  constexpr Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Acquire() ACQUIRE() {
    int32_t expected = kFree;
    if (state_.compare_exchange_strong(expected, kTaken, std::memory_order_acquire)) return;
    while (state_.exchange(kContended, std::memory_order_acquire) != kFree) {
      zx_futex_wait(reinterpret_cast<const zx_futex_t*>(&state_), kContended, ZX_HANDLE_INVALID,
                    ZX_TIME_INFINITE);
    }
  }
  void Release() RELEASE() {
    if (state_.exchange(kFree, std::memory_order_release) == kContended) {
      zx_futex_wake(reinterpret_cast<const zx_futex_t*>(&state_), 1);
    }
  }

 private:
  static constexpr int32_t kFree = 0;
  static constexpr int32_t kTaken = 1;
  static constexpr int32_t kContended = 2;
  std::atomic<int32_t> state_{kFree};
};

// Holds a Mutex for a scope.
class SCOPED_CAPABILITY MutexGuard {
 public:
  explicit MutexGuard(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) {
    mutex_.Acquire();
  }
  ~MutexGuard() RELEASE() { mutex_.Release(); }
  MutexGuard(const MutexGuard&) = delete;
  MutexGuard& operator=(const MutexGuard&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace rt
