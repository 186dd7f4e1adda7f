// SPDX-License-Identifier: BSD-2-Clause
// The generic timer's counter. Arm Architecture Reference Manual, chapter D12.
#pragma once

#include <cstdint>

#include "sdk/vdso/data.h"

namespace vdso {

// Without the barrier two reads in one thread could come out of order (D12.2.1).
[[gnu::always_inline]] inline uint64_t ReadCounter() {
  uint64_t value;
  asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value) : : "memory");
  return value;
}

[[gnu::always_inline]] inline uint64_t ReadPhysicalCounter() {
  uint64_t value;
  asm volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(value) : : "memory");
  return value;
}

// Machines that need the physical counter, or the work-around of Cortex-A73 erratum 858921: a
// read may be torn when bit 32 changes, so read twice and take the first if they differ there.
inline uint64_t ReadSpecialCounter(const volatile TimeValues& values) {
  const bool physical = values.use_pct_instead_of_vct != 0;
  const uint64_t first = physical ? ReadPhysicalCounter() : ReadCounter();
  if (!values.use_a73_errata_mitigation) return first;
  const uint64_t second = physical ? ReadPhysicalCounter() : ReadCounter();
  return ((first ^ second) >> 32) & 1 ? first : second;
}

}  // namespace vdso
