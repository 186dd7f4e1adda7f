// SPDX-License-Identifier: BSD-2-Clause
// What compiled C++ expects from its runtime besides memory and destructors.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <atomic>
#include <cstdint>

#include <zircon/syscalls.h>

namespace {

// The 64-bit guard of a function-local static: byte 0 says "ready" and is read by compiled code;
// the upper word is ours.
struct Guard {
  std::atomic<uint8_t> ready;
  std::atomic<int32_t> state;
};
static_assert(sizeof(Guard) == 8);

constexpr int32_t kIdle = 0;
constexpr int32_t kRunning = 1;
constexpr int32_t kAwaited = 2;

void Finish(Guard* guard, uint8_t ready) {
  guard->ready.store(ready, std::memory_order_release);
  if (guard->state.exchange(kIdle, std::memory_order_release) == kAwaited) {
    zx_futex_wake(reinterpret_cast<const zx_futex_t*>(&guard->state), UINT32_MAX);
  }
}

}  // namespace

extern "C" {

// 1: the caller constructs and then releases; 0: somebody has.
int __cxa_guard_acquire(Guard* guard) {
  while (guard->ready.load(std::memory_order_acquire) == 0) {
    int32_t state = kIdle;
    if (guard->state.compare_exchange_strong(state, kRunning, std::memory_order_acquire)) {
      // Between the look at `ready` and the exchange another thread may have finished.
      if (guard->ready.load(std::memory_order_acquire) == 0) return 1;
      Finish(guard, 1);
      return 0;
    }
    if (state == kRunning && !guard->state.compare_exchange_strong(state, kAwaited)) continue;
    zx_futex_wait(reinterpret_cast<const zx_futex_t*>(&guard->state), kAwaited, ZX_HANDLE_INVALID,
                  ZX_TIME_INFINITE);
  }
  return 0;
}

void __cxa_guard_release(Guard* guard) { Finish(guard, 1); }
void __cxa_guard_abort(Guard* guard) { Finish(guard, 0); }

}  // extern "C"

namespace std::inline __hafnon {

// libc++ calls this where it cannot go on.
[[noreturn]] void __libcpp_verbose_abort(const char* format, ...) noexcept;
void __libcpp_verbose_abort(const char* format, ...) noexcept {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  abort();
}

}  // namespace std::inline __hafnon
