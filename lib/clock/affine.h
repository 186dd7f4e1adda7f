// SPDX-License-Identifier: BSD-2-Clause
// The arithmetic of clocks: ratios, affine functions between timelines, deadlines. Exact where the
// result fits, saturating where it does not. Freestanding code has no 128-bit division, so whole
// denominators and the rest are multiplied apart.
#pragma once

#include <cstdint>

namespace affine {

enum class Rounding : uint8_t { kDown, kUp };

// a + b, stopping at the ends of the range.
constexpr int64_t SaturatingAdd(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? INT64_MIN : INT64_MAX;
}

// The nearest number of the range.
constexpr int64_t Saturate(__int128 value) {
  if (value > INT64_MAX) return INT64_MAX;
  if (value < INT64_MIN) return INT64_MIN;
  return static_cast<int64_t>(value);
}

constexpr uint64_t GreatestCommonDivisor(uint64_t a, uint64_t b) {
  while (b != 0) {
    const uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// A ratio of two 32-bit numbers; the denominator is not 0.
struct Ratio {
  uint32_t numerator = 1;
  uint32_t denominator = 1;

  constexpr bool operator==(const Ratio&) const = default;

  // a/b in lowest terms; loses precision only if that does not fit 32 bits. b is not 0.
  static constexpr Ratio Reduce(uint64_t a, uint64_t b) {
    const uint64_t common = GreatestCommonDivisor(a, b);
    a /= common;
    b /= common;
    while (a > UINT32_MAX || b > UINT32_MAX) {
      a >>= 1;
      b >>= 1;
    }
    return {static_cast<uint32_t>(a), b == 0 ? 1 : static_cast<uint32_t>(b)};
  }
  constexpr Ratio operator*(Ratio other) const {
    // Reduced crosswise first, the products are already in lowest terms.
    const Ratio left = Reduce(numerator, other.denominator);
    const Ratio right = Reduce(other.numerator, denominator);
    return Reduce(uint64_t{left.numerator} * right.numerator,
                  uint64_t{left.denominator} * right.denominator);
  }
  // The ratio the other way round; the numerator is not 0.
  constexpr Ratio Inverse() const { return {denominator, numerator}; }
};

// value * ratio, rounded. |value| is below 2^64, as the distance of two times is.
constexpr __int128 ScaleExactly(__int128 value, Ratio ratio, Rounding rounding) {
  const bool negative = value < 0;
  const auto magnitude = static_cast<uint64_t>(negative ? -value : value);
  // Both factors of the product have 32 bits.
  const uint64_t product = magnitude % ratio.denominator * ratio.numerator;
  // Towards plus infinity means away from zero for positive values only.
  const bool away = (rounding == Rounding::kUp) != negative;
  const uint64_t part =
      product / ratio.denominator + (away && product % ratio.denominator != 0 ? 1 : 0);
  const auto result =
      static_cast<__int128>(magnitude / ratio.denominator) * ratio.numerator + part;
  return negative ? -result : result;
}

// value * ratio, rounded, saturating.
constexpr int64_t Scale(int64_t value, Ratio ratio, Rounding rounding) {
  return Saturate(ScaleExactly(value, ratio, rounding));
}

// Nanoseconds per tick of a counter with this frequency in Hz, which is not 0.
constexpr Ratio TicksToNanoseconds(uint64_t frequency) {
  return Ratio::Reduce(1'000'000'000, frequency);
}

// synthetic = (reference - reference_offset) * rate + synthetic_offset, rounded down, saturating.
struct Transform {
  int64_t reference_offset = 0;
  int64_t synthetic_offset = 0;
  Ratio rate;

  constexpr int64_t Apply(int64_t reference) const {
    const auto distance = static_cast<__int128>(reference) - reference_offset;
    return Saturate(ScaleExactly(distance, rate, Rounding::kDown) + synthetic_offset);
  }
  // A reference time at which the synthetic time is reached: the last one before or the first one at
  // or after it, as `rounding` says. The rate is not 0.
  constexpr int64_t ApplyInverse(int64_t synthetic, Rounding rounding) const {
    const auto distance = static_cast<__int128>(synthetic) - synthetic_offset;
    return Saturate(ScaleExactly(distance, rate.Inverse(), rounding) + reference_offset);
  }
};

}  // namespace affine
