// SPDX-License-Identifier: BSD-2-Clause
// Time: the TSC, and one deadline per CPU.
#pragma once

#include <cstdint>

namespace arch {

// Ticks since some moment before boot.
inline uint64_t ReadCounter() {
  uint32_t low;
  uint32_t high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return uint64_t{high} << 32 | low;
}

// The same for bookkeeping, where it may be read a little early.
inline uint64_t ReadCounterUnordered() { return ReadCounter(); }

// Ticks per second; known after EarlyInit().
uint64_t CounterFrequency();

// Calls kernel::HandleTimer() on this CPU once the counter has reached `counter`. Replaces an earlier
// deadline.
void SetDeadline(uint64_t counter);
void ClearDeadline();

}  // namespace arch
