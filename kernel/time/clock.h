// SPDX-License-Identifier: BSD-2-Clause
// The kernel's time: nanoseconds and ticks since the machine's counter was zero.
#pragma once

#include <cstdint>

#include <arch/counter.h>
#include <zircon/types.h>

#include "lib/clock/affine.h"

namespace kernel {

// nanoseconds = ticks * numerator / denominator, in lowest terms.
using TickRatio = affine::Ratio;

// Computes the ratio from arch::CounterFrequency(). Called once, after arch::EarlyInit().
void InitClock();
TickRatio TicksToTime();

// What is added to the raw counter to get ticks.
constexpr int64_t CounterToTicksOffset() { return 0; }

inline zx_ticks_t NowTicks() {
  return static_cast<zx_ticks_t>(arch::ReadCounter()) + CounterToTicksOffset();
}
// For bookkeeping: may be a little early.
inline zx_ticks_t NowTicksUnordered() {
  return static_cast<zx_ticks_t>(arch::ReadCounterUnordered()) + CounterToTicksOffset();
}
// Monotonic time; boot time is the same, since the machine is never suspended.
zx_instant_mono_t Now();

// Rounded down; saturating.
int64_t TicksToNanoseconds(int64_t ticks);
// Rounded up, so that a deadline is never early; saturating.
int64_t NanosecondsToTicks(int64_t nanoseconds);

}  // namespace kernel
