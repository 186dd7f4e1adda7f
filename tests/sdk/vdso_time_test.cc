// SPDX-License-Identifier: BSD-2-Clause
// The arithmetic of clock reads against 128-bit arithmetic.
#include <cstdint>
#include <random>

#include <gtest/gtest.h>

#include "sdk/vdso/data.h"
#include "sdk/vdso/time.h"

namespace {

int64_t Exact(uint64_t ticks, uint32_t numerator, uint32_t denominator) {
  return static_cast<int64_t>(static_cast<unsigned __int128>(ticks) * numerator / denominator);
}

TEST(VdsoTime, ConversionIsExactForEveryRatioAndTime) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    // Up to 292 years of nanoseconds, with ratios of all magnitudes.
    const auto numerator = static_cast<uint32_t>(random() >> (32 + random() % 32)) | 1;
    const auto denominator = static_cast<uint32_t>(random() >> (32 + random() % 32)) | 1;
    const auto limit = static_cast<unsigned __int128>(INT64_MAX) * denominator / numerator;
    const uint64_t bound = limit > INT64_MAX ? INT64_MAX : static_cast<uint64_t>(limit);
    const uint64_t ticks = random() % (bound + 1);
    ASSERT_EQ(vdso::TicksToTime(ticks, numerator, denominator), Exact(ticks, numerator, denominator))
        << ticks << " * " << numerator << " / " << denominator;
  }
}

TEST(VdsoTime, OneMultiplicationIsExactForPowersOfTwo) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 200'000; ++i) {
    const auto numerator = static_cast<uint32_t>(random() >> (32 + random() % 32)) | 1;
    const uint32_t denominator = uint32_t{1} << random() % 32;
    const vdso::FastScale scale = vdso::MakeFastScale(numerator, denominator);
    ASSERT_NE(scale.multiplier, 0u);
    const auto limit = static_cast<unsigned __int128>(INT64_MAX) * denominator / numerator;
    const uint64_t bound = limit > INT64_MAX ? INT64_MAX : static_cast<uint64_t>(limit);
    const uint64_t ticks = i % 2 == 0 ? bound : random() % (bound + 1);
    ASSERT_EQ(vdso::ScaleFast(ticks, scale.multiplier, scale.shift), Exact(ticks, numerator, denominator))
        << ticks << " * " << numerator << " / " << denominator;
  }
}

TEST(VdsoTime, OtherDenominatorsHaveNoFastScale) {
  EXPECT_EQ(vdso::MakeFastScale(625, 12).multiplier, 0u);
  EXPECT_EQ(vdso::MakeFastScale(0, 1).multiplier, 0u);
}

TEST(VdsoTime, DeadlineStopsAtTheEndsOfTheRange) {
  EXPECT_EQ(vdso::DeadlineAfter(5, 10), 15);
  EXPECT_EQ(vdso::DeadlineAfter(5, -10), -5);
  EXPECT_EQ(vdso::DeadlineAfter(5, INT64_MAX), INT64_MAX);
  EXPECT_EQ(vdso::DeadlineAfter(-5, INT64_MIN), INT64_MIN);
}

}  // namespace
