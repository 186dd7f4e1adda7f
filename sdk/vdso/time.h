// SPDX-License-Identifier: BSD-2-Clause
// The arithmetic of clock reads, apart from the counter, so that the host can test it.
#pragma once

#include <cstdint>

namespace vdso {

// ticks * numerator / denominator with the values of MakeFastScale() (data.h).
[[gnu::always_inline]] inline int64_t ScaleFast(uint64_t ticks, uint64_t multiplier, uint32_t shift) {
  const auto product = static_cast<unsigned __int128>(ticks << (shift & 63)) * multiplier;
  return static_cast<int64_t>(product >> 64);
}

// ticks * numerator / denominator, rounded down, exact for every result that fits. `ticks` counts
// from boot and is not negative.
//
// For ratios MakeFastScale() cannot have. Two 64-bit divisions instead of one of 128 bits: with
// ticks = q * d + r the result is q * n + r * n / d, and r * n < 2^64 because both are below 2^32.
[[gnu::always_inline]] inline int64_t TicksToTime(uint64_t ticks, uint32_t numerator,
                                                  uint32_t denominator) {
  const uint64_t quotient = ticks / denominator;
  const uint64_t remainder = ticks % denominator;
  return static_cast<int64_t>(quotient * numerator + remainder * numerator / denominator);
}

// now + nanoseconds, stopping at the ends of the range.
[[gnu::always_inline]] inline int64_t DeadlineAfter(int64_t now, int64_t nanoseconds) {
  int64_t deadline = 0;
  if (!__builtin_add_overflow(now, nanoseconds, &deadline)) return deadline;
  return nanoseconds < 0 ? INT64_MIN : INT64_MAX;
}

}  // namespace vdso
