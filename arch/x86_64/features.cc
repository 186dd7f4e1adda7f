// SPDX-License-Identifier: BSD-2-Clause
#include "arch/x86_64/features.h"

#include "arch/x86_64/instructions.h"

namespace arch {

constinit CpuFeatures features = {};

namespace {

constexpr bool Bit(uint32_t word, unsigned bit) { return (word >> bit & 1) != 0; }

void DetectXsave() {
  constexpr uint32_t kX87SseAvx = 7;
  const CpuidLeaf leaf = Cpuid(0xd, 0);
  features.fp_mask = leaf.eax & kX87SseAvx;
  features.xsaveopt = Bit(Cpuid(0xd, 1).eax, 0);
}

void DetectTscRatio() {
  const CpuidLeaf leaf = Cpuid(0x15);
  if (leaf.eax == 0 || leaf.ebx == 0 || leaf.ecx == 0) return;
  features.tsc_denominator = leaf.eax;
  features.tsc_numerator = leaf.ebx;
  features.crystal_hz = leaf.ecx;
}

}  // namespace

void DetectFeatures() {
  // A leaf beyond the maximum answers with another leaf's data.
  const uint32_t max = Cpuid(0).eax;
  const CpuidLeaf basic = Cpuid(1);
  features.x2apic = Bit(basic.ecx, 21);
  features.tsc_deadline = Bit(basic.ecx, 24);
  features.xsave = Bit(basic.ecx, 26) && max >= 0xd;
  features.rdrand = Bit(basic.ecx, 30);
  features.hypervisor = Bit(basic.ecx, 31);
  if (max >= 7) {
    const CpuidLeaf extended = Cpuid(7);
    features.fsgsbase = Bit(extended.ebx, 0);
    features.smep = Bit(extended.ebx, 7);
    features.smap = Bit(extended.ebx, 20);
    features.umip = Bit(extended.ecx, 2);
  }
  if (features.xsave) DetectXsave();
  if (max >= 0x15) DetectTscRatio();
  features.fast_user_state = features.fsgsbase && features.xsaveopt;
}

}  // namespace arch
