// SPDX-License-Identifier: BSD-2-Clause
#include <arch/fpu.h>

#include <cstdint>
#include <cstring>

#include "arch/x86_64/features.h"

namespace arch {

void SaveFpState(std::byte* area) {
  if (features.xsaveopt) {
    asm volatile("xsaveopt64 (%0)" ::"r"(area), "a"(features.fp_mask), "d"(0) : "memory");
  } else if (features.xsave) {
    asm volatile("xsave64 (%0)" ::"r"(area), "a"(features.fp_mask), "d"(0) : "memory");
  } else {
    asm volatile("fxsave64 (%0)" ::"r"(area) : "memory");
  }
}

void RestoreFpState(const std::byte* area) {
  if (features.xsave) {
    asm volatile("xrstor64 (%0)" ::"r"(area), "a"(features.fp_mask), "d"(0) : "memory");
  } else {
    asm volatile("fxrstor64 (%0)" ::"r"(area) : "memory");
  }
}

void InitFpState(std::byte* area) {
  // Legacy region and XSAVE header (Intel SDM volume 1, 10.5.1 and 13.4). XSTATE_BV zero makes XRSTOR
  // load the initial state of everything but MXCSR.
  constexpr size_t kLegacyAndHeader = 576;
  constexpr uint16_t kControlWord = 0x37f;
  constexpr uint32_t kMxcsr = 0x1f80;
  memset(area, 0, kLegacyAndHeader);
  memcpy(area, &kControlWord, sizeof(kControlWord));
  memcpy(area + 24, &kMxcsr, sizeof(kMxcsr));
}

}  // namespace arch
