// SPDX-License-Identifier: BSD-2-Clause
// Calls to whatever runs below or beside: PSCI (DEN0022) and semihosting. For the boot stage and the
// kernel alike.
#pragma once

#include <cstdint>

#include "kernel/handoff.h"

namespace arch::firmware {

inline constexpr uint64_t kPsciCpuOn = 0xc400'0003;
inline constexpr uint64_t kPsciSystemOff = 0x8400'0008;
inline constexpr uint64_t kPsciSystemReset = 0x8400'0009;

// One PSCI call; returns its result, or -1 (NOT_SUPPORTED) where there is no PSCI.
inline int64_t Psci(kernel::PsciConduit conduit, uint64_t function, uint64_t a = 0, uint64_t b = 0,
                    uint64_t c = 0) {
  register uint64_t x0 __asm__("x0") = function;
  register uint64_t x1 __asm__("x1") = a;
  register uint64_t x2 __asm__("x2") = b;
  register uint64_t x3 __asm__("x3") = c;
#define HAFNON_PSCI_CLOBBERS                                                                    \
  "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory"
  switch (conduit) {
    case kernel::PsciConduit::kNone:
      return -1;
    case kernel::PsciConduit::kHvc:
      __asm__ volatile("hvc #0"
                       : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::HAFNON_PSCI_CLOBBERS);
      break;
    case kernel::PsciConduit::kSmc:
      __asm__ volatile("smc #0"
                       : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::HAFNON_PSCI_CLOBBERS);
      break;
  }
#undef HAFNON_PSCI_CLOBBERS
  return static_cast<int64_t>(x0);
}

// Ends an emulator with `status`. Only where the command line says that semihosting is there:
// elsewhere the instruction is an exception.
inline void SemihostingExit(uint64_t status) {
  const uint64_t block[] = {0x20026, status};  // ADP_Stopped_ApplicationExit
  register uint64_t x0 __asm__("x0") = 0x18;   // SYS_EXIT
  register uint64_t x1 __asm__("x1") = reinterpret_cast<uintptr_t>(block);
  __asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
}

}  // namespace arch::firmware
