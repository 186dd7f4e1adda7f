// SPDX-License-Identifier: BSD-2-Clause
// The interrupt descriptor table, one for all CPUs, and the vectors' uses.
#pragma once

#include <cstdint>

namespace arch {

// Exceptions, Intel SDM volume 3, 6.3.1.
enum class Vector : uint8_t {
  kDivideError = 0,
  kDebug = 1,
  kNmi = 2,
  kBreakpoint = 3,
  kOverflow = 4,
  kInvalidOpcode = 6,
  kDeviceNotAvailable = 7,
  kDoubleFault = 8,
  kStackFault = 12,
  kGeneralProtection = 13,
  kPageFault = 14,
  kX87Error = 16,
  kAlignmentCheck = 17,
  kMachineCheck = 18,
  kSimdError = 19,

  kLegacyPicBase = 32,   // masked; a spurious one may still come
  kDeviceBase = 48,      // + IOAPIC line
  kDeviceLast = 0xdf,
  kTimer = 0xe0,
  kReschedule = 0xe1,
  kShootdown = 0xe2,
  kSpurious = 0xff,
};

// Fills the table; once, on the boot CPU.
void BuildIdt();
// Loads it on this CPU.
void LoadIdt();

}  // namespace arch
