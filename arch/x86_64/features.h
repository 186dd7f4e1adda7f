// SPDX-License-Identifier: BSD-2-Clause
// What CPUID said at boot about the features the kernel uses. All CPUs are taken to be alike.
#pragma once

#include <cstdint>

namespace arch {

struct CpuFeatures {
  uint32_t fp_mask;        // XCR0: x87, SSE and AVX where they exist
  bool fast_user_state;    // fsgsbase and xsaveopt, which Switch() wants
  bool fsgsbase;
  bool smep;
  bool smap;
  bool umip;
  bool xsave;
  bool xsaveopt;
  bool x2apic;
  bool tsc_deadline;
  bool rdrand;
  bool hypervisor;
  uint32_t crystal_hz;    // CPUID leaf 0x15, 0 if it does not say
  uint32_t tsc_numerator;
  uint32_t tsc_denominator;
};

// Filled by DetectFeatures() before anything else asks.
extern CpuFeatures features asm("hafnon_x64_features");
void DetectFeatures();

}  // namespace arch
