// SPDX-License-Identifier: BSD-2-Clause
// Rounding and checked arithmetic on unsigned numbers.
#pragma once

#include <concepts>
#include <optional>

namespace base {

// Whether `value` is a multiple of `alignment`, a power of two.
template <std::unsigned_integral T>
constexpr bool IsAligned(T value, T alignment) {
  return (value & (alignment - 1)) == 0;
}

// The largest multiple of `alignment` (a power of two) that is not above `value`.
template <std::unsigned_integral T>
constexpr T AlignDown(T value, T alignment) {
  return value & ~(alignment - 1);
}

// The smallest multiple of `alignment` (a power of two) that is not below `value`; wraps to 0 at
// the end of the type's range. Use CheckedAlignUp where the value is not trusted.
template <std::unsigned_integral T>
constexpr T AlignUp(T value, T alignment) {
  return (value + (alignment - 1)) & ~(alignment - 1);
}

template <std::unsigned_integral T>
constexpr std::optional<T> CheckedAdd(T a, T b) {
  T sum;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

template <std::unsigned_integral T>
constexpr std::optional<T> CheckedMultiply(T a, T b) {
  T product;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

template <std::unsigned_integral T>
constexpr std::optional<T> CheckedAlignUp(T value, T alignment) {
  const auto sum = CheckedAdd<T>(value, alignment - 1);
  if (!sum) return std::nullopt;
  return AlignDown(*sum, alignment);
}

}  // namespace base
