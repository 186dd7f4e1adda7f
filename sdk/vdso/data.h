// SPDX-License-Identifier: BSD-2-Clause
// The two pages of the vDSO that the kernel fills: time values and machine constants.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace vdso {

inline constexpr uint64_t kTimeValuesVersion = 1;

// How to get from the machine's counter to time: ns = (counter + offset) * numerator / denominator.
struct TimeValues {
  uint64_t version;
  int64_t ticks_per_second;
  // Added to the raw counter; the monotonic one changes when the machine resumes.
  int64_t boot_ticks_offset;
  int64_t mono_ticks_offset;
  uint32_t ticks_to_time_numerator;
  uint32_t ticks_to_time_denominator;
  // If zero, ticks and clocks enter the kernel. Also the switch for forcing that.
  uint8_t usermode_can_access_ticks;
  // arm64: read the counter twice (Cortex-A73 erratum); use the physical counter.
  uint8_t use_a73_errata_mitigation;
  uint8_t use_pct_instead_of_vct;
  uint8_t padding[5];
  // Ours, behind the published 48 bytes: the ratio as one multiplication, see FastScale. Zero unless
  // the ratio allows it and the plain counter may be read.
  uint64_t scale_multiplier;
  uint32_t scale_shift;
  uint32_t padding2;
};
static_assert(sizeof(TimeValues) == 64 && offsetof(TimeValues, scale_multiplier) == 48);
static_assert(offsetof(TimeValues, usermode_can_access_ticks) == 40);

// A ratio with a power of two below the line, as the upper half of one 64-bit multiplication.
struct FastScale {
  uint64_t multiplier = 0;  // 0: the ratio does not allow it.
  uint32_t shift = 0;
};

// With numerator < 2^b and denominator = 2^k, the shift is b - k and the multiplier
// numerator * 2^(64 - shift - k), an integer below 2^64: the product's upper half is exactly
// ticks * numerator / 2^k, for every result below 2^63.
constexpr FastScale MakeFastScale(uint32_t numerator, uint32_t denominator) {
  if (numerator == 0 || !std::has_single_bit(denominator)) return {};
  const int k = std::countr_zero(denominator);
  const int bits = static_cast<int>(std::bit_width(numerator));
  const int shift = bits > k ? bits - k : 0;
  return {uint64_t{numerator} << (64 - shift - k), static_cast<uint32_t>(shift)};
}

// What never changes after boot. The version string follows, NUL-terminated.
struct Constants {
  uint32_t max_num_cpus;
  uint32_t features_cpu;
  uint32_t features_hw_breakpoint_count;
  uint32_t features_hw_watchpoint_count;
  uint32_t features_address_tagging;
  uint32_t features_vm;
  uint32_t dcache_line_size;
  uint32_t icache_line_size;
  uint32_t page_size;
  uint32_t padding;
  uint64_t physmem_bytes;
  uint64_t version_string_size;
  char version_string[];
};
static_assert(offsetof(Constants, page_size) == 32);
static_assert(offsetof(Constants, version_string) == 56);

}  // namespace vdso
