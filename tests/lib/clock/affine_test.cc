// SPDX-License-Identifier: BSD-2-Clause
#include "lib/clock/affine.h"

#include <gtest/gtest.h>

#include <random>

namespace affine {
namespace {

constexpr int64_t kMin = INT64_MIN;
constexpr int64_t kMax = INT64_MAX;

// The host has what freestanding code lacks: 128-bit division.
__int128 Reference(__int128 value, Ratio ratio, Rounding rounding) {
  const __int128 product = value * ratio.numerator;
  __int128 quotient = product / ratio.denominator;
  const bool inexact = product % ratio.denominator != 0;
  if (inexact && product < 0 && rounding == Rounding::kDown) --quotient;
  if (inexact && product > 0 && rounding == Rounding::kUp) ++quotient;
  return quotient;
}

TEST(Ratio, IsReducedToLowestTerms) {
  EXPECT_EQ(TicksToNanoseconds(62'500'000), (Ratio{16, 1}));
  EXPECT_EQ(TicksToNanoseconds(24'000'000), (Ratio{125, 3}));
  EXPECT_EQ(TicksToNanoseconds(1'000'000'000), (Ratio{1, 1}));
  EXPECT_EQ(TicksToNanoseconds(2'999'999'999), (Ratio{1'000'000'000, 2'999'999'999}));
  EXPECT_EQ(Ratio::Reduce(0, 7), (Ratio{0, 1}));
}

TEST(Ratio, TooLargeTermsLosePrecisionButNotSize) {
  const Ratio ratio = Ratio::Reduce(uint64_t{1} << 40 | 1, uint64_t{1} << 39);
  EXPECT_NEAR(static_cast<double>(ratio.numerator) / ratio.denominator, 2.0, 1e-6);
}

TEST(Ratio, ProductsAreReducedCrosswise) {
  EXPECT_EQ((Ratio{1'000'000'000, 3} * Ratio{1'000'500, 1'000'000'000}), (Ratio{333'500, 1}));
  EXPECT_EQ((Ratio{16, 1} * Ratio{1'000'001, 1'000'000}), (Ratio{1'000'001, 62'500}));
  EXPECT_EQ((Ratio{0, 1} * Ratio{5, 7}), (Ratio{0, 1}));
}

TEST(Scale, RoundsBothWaysForBothSigns) {
  EXPECT_EQ(Scale(7, {1, 2}, Rounding::kDown), 3);
  EXPECT_EQ(Scale(7, {1, 2}, Rounding::kUp), 4);
  EXPECT_EQ(Scale(-7, {1, 2}, Rounding::kDown), -4);
  EXPECT_EQ(Scale(-7, {1, 2}, Rounding::kUp), -3);
  EXPECT_EQ(Scale(-8, {1, 2}, Rounding::kDown), -4);
}

TEST(Scale, SaturatesAtBothEnds) {
  EXPECT_EQ(Scale(kMax, {2, 1}, Rounding::kDown), kMax);
  EXPECT_EQ(Scale(kMin, {2, 1}, Rounding::kDown), kMin);
  EXPECT_EQ(Scale(kMin, {1, 1}, Rounding::kDown), kMin);
  EXPECT_EQ(Scale(kMax, {UINT32_MAX, UINT32_MAX}, Rounding::kUp), kMax);
}

TEST(Scale, AgreesWithWideDivision) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    const auto value = static_cast<int64_t>(random() >> random() % 64);
    const auto numerator = static_cast<uint32_t>(random() >> (32 + random() % 32));
    const auto denominator = static_cast<uint32_t>(random() >> (32 + random() % 32)) | 1;
    const Ratio ratio{numerator, denominator};
    for (const auto rounding : {Rounding::kDown, Rounding::kUp}) {
      // One bit more than 64, as the difference of two times has.
      const __int128 wide = static_cast<__int128>(value) * 2 + static_cast<int64_t>(i & 1);
      EXPECT_EQ(Scale(value, ratio, rounding), Saturate(Reference(value, ratio, rounding)));
      EXPECT_TRUE(ScaleExactly(wide, ratio, rounding) == Reference(wide, ratio, rounding));
      EXPECT_TRUE(ScaleExactly(-wide, ratio, rounding) == Reference(-wide, ratio, rounding));
    }
  }
}

TEST(Transform, GoesThroughItsPoint) {
  const Transform transform{1000, 5'000'000, {1'000'100, 1'000'000}};
  EXPECT_EQ(transform.Apply(1000), 5'000'000);
  EXPECT_EQ(transform.Apply(1'001'000), 6'000'100);
  EXPECT_EQ(transform.Apply(999), 5'000'000 - 2) << "rounded down, not towards zero";
}

TEST(Transform, AStoppedClockShowsItsOffset) {
  const Transform transform{0, 77, {0, 1}};
  for (const int64_t reference : {kMin, int64_t{-1}, int64_t{0}, kMax}) {
    EXPECT_EQ(transform.Apply(reference), 77);
  }
}

TEST(Transform, IntermediateResultsDoNotSaturate) {
  // The distance and the product leave 64 bits; the result does not.
  EXPECT_EQ((Transform{kMin, kMin, {1, 1}}.Apply(kMax)), kMax);
  EXPECT_EQ((Transform{0, kMin, {2, 1}}.Apply(kMax)), kMax - 1);
  EXPECT_EQ((Transform{kMax, 0, {1, 2}}.Apply(kMin)), kMin);
  EXPECT_EQ((Transform{kMin, 0, {2, 1}}.Apply(kMax)), kMax);
  EXPECT_EQ((Transform{kMax, 0, {2, 1}}.Apply(kMin)), kMin);
}

TEST(Transform, TheInverseLeadsBack) {
  const Transform transform{123, 456'789, {125, 3}};
  for (int64_t reference = -50; reference < 50; ++reference) {
    const int64_t synthetic = transform.Apply(reference);
    EXPECT_EQ(transform.ApplyInverse(synthetic, Rounding::kUp), reference);
    EXPECT_LE(transform.Apply(transform.ApplyInverse(synthetic + 1, Rounding::kDown)), synthetic + 1);
  }
}

TEST(SaturatingAdd, StopsAtTheEnds) {
  EXPECT_EQ(SaturatingAdd(kMax, 1), kMax);
  EXPECT_EQ(SaturatingAdd(kMin, -1), kMin);
  EXPECT_EQ(SaturatingAdd(kMax, kMin), -1);
  EXPECT_EQ(SaturatingAdd(5, -7), -2);
}

}  // namespace
}  // namespace affine
