// SPDX-License-Identifier: BSD-2-Clause
#include <arch/cpu.h>

#include <arch/barrier.h>
#include <arch/layout.h>
#include <string.h>
#include <zircon/features.h>

#include "arch/arm64/interrupts.h"
#include "arch/arm64/random.h"
#include "arch/arm64/sysreg.h"

namespace arch {
namespace {

uint64_t Field(uint64_t value, unsigned shift) { return (value >> shift) & 15; }

}  // namespace

void WaitForInterrupt() {
  // A masked interrupt ends the wait as well as an unmasked one, so none can slip in between.
  __asm__ volatile("dsb sy\n wfi" ::: "memory");
  interrupts::Dispatch();
}

void ServiceInterrupts() {
  constexpr uint64_t kIrqPending = uint64_t{1} << 7;
  if (SYSREG_READ(isr_el1) & kIrqPending) interrupts::Dispatch();
}

void Halt() {
  for (;;) __asm__ volatile("msr daifset, #0xf\n wfi" ::: "memory");
}

void StopOtherCpus() { interrupts::SendStop(); }

std::optional<uint64_t> RandomWord() { return ReadRandomRegister(); }

void ClearPage(std::byte* page) {
  constexpr uint64_t kProhibited = 16;
  const uint64_t info = SYSREG_READ(dczid_el0);
  if (info & kProhibited) [[unlikely]] {
    memset(page, 0, kPageSize);
    return;
  }
  // Blocks have at most 2 KiB (DDI 0487, DCZID_EL0).
  const size_t block = size_t{4} << (info & 15);
  auto at = reinterpret_cast<uintptr_t>(page);
  for (const uintptr_t end = at + kPageSize; at != end; at += 2 * block) {
    __asm__ volatile("dc zva, %0\n dc zva, %1" : : "r"(at), "r"(at + block) : "memory");
  }
}

uint32_t Features() {
  const uint64_t pfr0 = SYSREG_READ(id_aa64pfr0_el1);
  const uint64_t isar0 = SYSREG_READ(id_aa64isar0_el1);
  const uint64_t isar1 = SYSREG_READ(id_aa64isar1_el1);
  uint32_t features = ZX_HAS_CPU_FEATURES;
  const auto add = [&features](bool present, uint32_t bit) {
    if (present) features |= bit;
  };
  add(Field(pfr0, 16) != 15, ZX_ARM64_FEATURE_ISA_FP);
  add(Field(pfr0, 20) != 15, ZX_ARM64_FEATURE_ISA_ASIMD);
  add(Field(isar0, 4) >= 1, ZX_ARM64_FEATURE_ISA_AES);
  add(Field(isar0, 4) >= 2, ZX_ARM64_FEATURE_ISA_PMULL);
  add(Field(isar0, 8) >= 1, ZX_ARM64_FEATURE_ISA_SHA1);
  add(Field(isar0, 12) >= 1, ZX_ARM64_FEATURE_ISA_SHA256);
  add(Field(isar0, 12) >= 2, ZX_ARM64_FEATURE_ISA_SHA512);
  add(Field(isar0, 16) >= 1, ZX_ARM64_FEATURE_ISA_CRC32);
  add(Field(isar0, 20) >= 2, ZX_ARM64_FEATURE_ISA_ATOMICS);
  add(Field(isar0, 28) >= 1, ZX_ARM64_FEATURE_ISA_RDM);
  add(Field(isar0, 32) >= 1, ZX_ARM64_FEATURE_ISA_SHA3);
  add(Field(isar0, 36) >= 1, ZX_ARM64_FEATURE_ISA_SM3);
  add(Field(isar0, 40) >= 1, ZX_ARM64_FEATURE_ISA_SM4);
  add(Field(isar0, 44) >= 1, ZX_ARM64_FEATURE_ISA_DP);
  add(Field(isar1, 0) >= 1, ZX_ARM64_FEATURE_ISA_DPB);
  add(Field(isar0, 48) >= 1, ZX_ARM64_FEATURE_ISA_FHM);
  add(Field(isar0, 52) >= 1, ZX_ARM64_FEATURE_ISA_TS);
  add(Field(isar0, 60) >= 1, ZX_ARM64_FEATURE_ISA_RNDR);
  add(Field(isar1, 52) >= 1, ZX_ARM64_FEATURE_ISA_I8MM);
  return features;
}

uint32_t DataCacheLineSize() {
  return static_cast<uint32_t>(4 << Field(SYSREG_READ(ctr_el0), 16));
}
uint32_t InstructionCacheLineSize() {
  return static_cast<uint32_t>(4 << Field(SYSREG_READ(ctr_el0), 0));
}

void CleanDataToUnification(const void* base, size_t size) {
  const uint64_t line = DataCacheLineSize();
  const auto start = reinterpret_cast<uintptr_t>(base);
  for (uint64_t at = start & ~(line - 1); at < start + size; at += line) {
    __asm__ volatile("dc cvau, %0" : : "r"(at) : "memory");
  }
  __asm__ volatile("dsb ish" ::: "memory");
}

void InvalidateInstructions(const void*, size_t) {
  // The kernel writes code through the physmap and runs it elsewhere; only all of the instruction
  // cache is sure to hold every alias.
  __asm__ volatile("ic ialluis\n dsb ish\n isb" ::: "memory");
}

}  // namespace arch
