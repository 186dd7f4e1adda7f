// SPDX-License-Identifier: BSD-2-Clause
// FEAT_RNG.
#pragma once

#include <cstdint>
#include <optional>

#include "arch/arm64/sysreg.h"

namespace arch {

// A word from RNDR; nothing if the processor has none or it does not deliver now.
inline std::optional<uint64_t> ReadRandomRegister() {
  if (((SYSREG_READ(id_aa64isar0_el1) >> 60) & 15) == 0) return std::nullopt;
  uint64_t value;
  uint64_t delivered;
  __asm__ volatile("mrs %0, S3_3_C2_C4_0\n cset %1, ne" : "=r"(value), "=r"(delivered)::"cc");
  if (delivered == 0) return std::nullopt;
  return value;
}

}  // namespace arch
