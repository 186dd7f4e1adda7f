// SPDX-License-Identifier: BSD-2-Clause
// Time: the virtual counter, and one deadline per CPU.
#pragma once

#include <cstdint>

namespace arch {

// Ticks since some moment before boot.
inline uint64_t ReadCounter() {
  uint64_t value;
  // The barrier keeps the read behind what came before it in the program.
  __asm__ volatile("isb\n mrs %0, cntvct_el0" : "=r"(value)::"memory");
  return value;
}

// The same for bookkeeping: may be read a little early.
inline uint64_t ReadCounterUnordered() {
  uint64_t value;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
  return value;
}

// Ticks per second.
inline uint64_t CounterFrequency() {
  uint64_t value;
  __asm__("mrs %0, cntfrq_el0" : "=r"(value));
  return value;
}

// Calls kernel::HandleTimer() on this CPU once the counter has reached `counter`. Replaces an earlier
// deadline.
inline void SetDeadline(uint64_t counter) {
  __asm__ volatile("msr cntv_cval_el0, %0\n msr cntv_ctl_el0, %1\n isb" : : "r"(counter), "r"(1ul));
}
inline void ClearDeadline() { __asm__ volatile("msr cntv_ctl_el0, %0\n isb" : : "r"(2ul)); }

}  // namespace arch
