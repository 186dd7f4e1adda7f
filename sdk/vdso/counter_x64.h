// SPDX-License-Identifier: BSD-2-Clause
// The time stamp counter. Intel SDM volume 2, RDTSC.
#pragma once

#include <cstdint>

#include "sdk/vdso/data.h"

namespace vdso {

// The fence keeps the read behind all earlier instructions.
[[gnu::always_inline]] inline uint64_t ReadCounter() {
  uint32_t low;
  uint32_t high;
  asm volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
  return uint64_t{high} << 32 | low;
}

// x86-64 has no special cases.
inline uint64_t ReadSpecialCounter(const volatile TimeValues&) { return ReadCounter(); }

}  // namespace vdso
