// SPDX-License-Identifier: BSD-2-Clause
// The way out for what a coverage build has counted (lib/profile). Other builds count nothing.
#pragma once

#ifdef HAFNON_COVERAGE
#include <cstdint>

#include "lib/profile/raw_profile.h"
#endif

namespace arch {

#ifdef HAFNON_COVERAGE
// To QEMU's debug console, -device isa-debugcon,iobase=0xe9; nothing elsewhere.
inline void PutProfile(const void* bytes, uint64_t size) {
  constexpr uint16_t kDebugConsolePort = 0xe9;
  asm volatile("rep outsb" : "+S"(bytes), "+c"(size) : "d"(kDebugConsolePort) : "memory");
}

inline void WriteProfile() { profile::WriteRawProfile(&PutProfile); }
#else
inline void WriteProfile() {}
#endif

}  // namespace arch
