// SPDX-License-Identifier: BSD-2-Clause
// The way out for what a coverage build has counted (lib/profile). Other builds count nothing.
#pragma once

#ifdef HAFNON_COVERAGE
#include <cstdint>

#include "lib/profile/raw_profile.h"
#endif

namespace arch {

#ifdef HAFNON_COVERAGE
// One semihosting call; returns its result.
inline uint64_t Semihosting(uint64_t operation, const void* block) {
  register uint64_t x0 __asm__("x0") = operation;
  register uint64_t x1 __asm__("x1") = reinterpret_cast<uintptr_t>(block);
  __asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
  return x0;
}

// To the end of the file that is the argument of -semihosting-config arg=... ; nowhere without one.
inline void PutProfile(const void* bytes, uint64_t size) {
  constexpr uint64_t kOpen = 1, kClose = 2, kWrite = 5, kSeek = 10, kLength = 12, kGetCommandLine = 0x15;
  constexpr uint64_t kAppendBinary = 9;
  char name[256];
  uint64_t argument[] = {reinterpret_cast<uintptr_t>(name), sizeof(name)};
  if (Semihosting(kGetCommandLine, argument) != 0) return;
  const uint64_t open[] = {argument[0], kAppendBinary, argument[1]};
  const uint64_t file = Semihosting(kOpen, open);
  // QEMU 7.2 appends in name only.
  const uint64_t seek[] = {file, Semihosting(kLength, &file)};
  Semihosting(kSeek, seek);
  const uint64_t write[] = {file, reinterpret_cast<uintptr_t>(bytes), size};
  Semihosting(kWrite, write);
  Semihosting(kClose, &file);
}

// Needs a QEMU with semihosting.
inline void WriteProfile() { profile::WriteRawProfile(&PutProfile); }
#else
inline void WriteProfile() {}
#endif

}  // namespace arch
