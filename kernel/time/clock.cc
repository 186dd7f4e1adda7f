// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/time/clock.h"

#include <bit>

#include <arch/counter.h>

#include "lib/base/assert.h"

namespace kernel {
namespace {

constinit TickRatio ratio;
// log2 of the denominator where that is a whole number, else -1.
constinit int denominator_shift = 0;

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

// A frequency that was measured has no simple relation to a second. A ratio with a power of two
// below the line is as good: its error is below two parts in 10^9 up to 4 GHz, less than that of any
// crystal. And it makes reading the time one multiplication in user mode.
TickRatio ApproximateRatio(uint64_t frequency) {
  for (int shift = 31;; --shift) {
    const uint64_t numerator = ((kNanosecondsPerSecond << shift) + frequency / 2) / frequency;
    if (numerator <= UINT32_MAX) {
      return {.numerator = static_cast<uint32_t>(numerator), .denominator = uint32_t{1} << shift};
    }
  }
}

// Beyond this the reduced ratio is taken as measured.
constexpr uint64_t kSimpleDenominator = 1 << 12;

}  // namespace

void InitClock() {
  const uint64_t frequency = arch::CounterFrequency();
  ASSERT(frequency > 0 && frequency <= UINT32_MAX);
  ratio = affine::TicksToNanoseconds(frequency);
  if (ratio.denominator > kSimpleDenominator) ratio = ApproximateRatio(frequency);
  denominator_shift = std::has_single_bit(ratio.denominator) ? std::countr_zero(ratio.denominator) : -1;
}

TickRatio TicksToTime() { return ratio; }

zx_instant_mono_t Now() { return TicksToNanoseconds(NowTicks()); }

int64_t TicksToNanoseconds(int64_t ticks) {
  // The common cases: a counter of 1 GHz, or one whose period is a whole number of nanoseconds.
  if (ratio.denominator == 1 && ratio.numerator == 1) return ticks;
  // A measured frequency: no division either.
  if (denominator_shift >= 0 && ticks >= 0) [[likely]] {
    const auto product = static_cast<unsigned __int128>(ticks) * ratio.numerator >> denominator_shift;
    if (product <= INT64_MAX) [[likely]] return static_cast<int64_t>(product);
  }
  return affine::Scale(ticks, ratio, affine::Rounding::kDown);
}

int64_t NanosecondsToTicks(int64_t nanoseconds) {
  if (ratio.denominator == 1 && ratio.numerator == 1) return nanoseconds;
  return affine::Scale(nanoseconds, ratio.Inverse(), affine::Rounding::kUp);
}

}  // namespace kernel
