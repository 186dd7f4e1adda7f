// SPDX-License-Identifier: BSD-2-Clause
// System registers by the names of the Arm Architecture Reference Manual (DDI 0487, chapter D).
#pragma once

#include <cstdint>

// Read and write by name. A write takes effect after the next context synchronisation event.
#define SYSREG_READ(name)                          \
  ({                                               \
    uint64_t hafnon_value;                         \
    __asm__ volatile("mrs %0, " #name : "=r"(hafnon_value)); \
    hafnon_value;                                  \
  })
#define SYSREG_WRITE(name, value) \
  __asm__ volatile("msr " #name ", %x0" : : "rZ"(static_cast<uint64_t>(value)) : "memory")

namespace arch::sysreg {

// Memory types, by index.
inline constexpr uint64_t kMairNormal = 0;         // write-back, allocating
inline constexpr uint64_t kMairDevice = 1;         // nGnRE
inline constexpr uint64_t kMairUncached = 2;       // normal, not cached
inline constexpr uint64_t kMairDeviceStrict = 3;   // nGnRnE
inline constexpr uint64_t kMair = 0x00'44'04'ff;

namespace TCR_EL1 {
inline constexpr uint64_t kT0SZ48 = 16;
inline constexpr uint64_t kT1SZ48 = uint64_t{16} << 16;
inline constexpr uint64_t kWalks0 = (uint64_t{1} << 8) | (uint64_t{1} << 10) | (uint64_t{3} << 12);
inline constexpr uint64_t kWalks1 = (uint64_t{1} << 24) | (uint64_t{1} << 26) | (uint64_t{3} << 28);
inline constexpr uint64_t kTG1Pages4K = uint64_t{2} << 30;
inline constexpr uint64_t kAS16 = uint64_t{1} << 36;
inline constexpr unsigned kIpsShift = 32;
}  // namespace TCR_EL1

namespace SCTLR_EL1 {
inline constexpr uint64_t kM = 1;
inline constexpr uint64_t kC = uint64_t{1} << 2;
inline constexpr uint64_t kSA = uint64_t{1} << 3;
inline constexpr uint64_t kSA0 = uint64_t{1} << 4;
inline constexpr uint64_t kI = uint64_t{1} << 12;
inline constexpr uint64_t kDZE = uint64_t{1} << 14;
inline constexpr uint64_t kUCT = uint64_t{1} << 15;
inline constexpr uint64_t knTWI = uint64_t{1} << 16;
inline constexpr uint64_t knTWE = uint64_t{1} << 18;
inline constexpr uint64_t kUCI = uint64_t{1} << 26;
// Bits 11, 20, 22, 28, 29: one where the processor has no feature behind them. Bit 23 (SPAN) stays
// zero so that every exception sets PAN.
inline constexpr uint64_t kOnes =
    (uint64_t{1} << 11) | (uint64_t{1} << 20) | (uint64_t{1} << 22) | (uint64_t{3} << 28);
// What the kernel runs with: caches, stack alignment checks; user mode may clean caches by address,
// read the cache type and zero blocks; a waiting instruction in user mode does not trap.
inline constexpr uint64_t kKernel =
    kOnes | kM | kC | kSA | kSA0 | kI | kDZE | kUCT | knTWI | knTWE | kUCI;
}  // namespace SCTLR_EL1

// TCR_EL1 for this processor: 48-bit halves, 4 KiB pages, 16-bit ASIDs where they exist.
inline uint64_t TcrValue() {
  const uint64_t mmfr0 = SYSREG_READ(id_aa64mmfr0_el1);
  uint64_t size = mmfr0 & 15;
  if (size > 5) size = 5;  // 48 bits; more needs other table formats
  const uint64_t wide_asid = ((mmfr0 >> 4) & 15) == 2 ? TCR_EL1::kAS16 : 0;
  return TCR_EL1::kT0SZ48 | TCR_EL1::kT1SZ48 | TCR_EL1::kWalks0 | TCR_EL1::kWalks1 |
         TCR_EL1::kTG1Pages4K | size << TCR_EL1::kIpsShift | wide_asid;
}

}  // namespace arch::sysreg
