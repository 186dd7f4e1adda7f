// SPDX-License-Identifier: BSD-2-Clause
// Single instructions as functions, with the manual's names.
#pragma once

#include <cstdint>

namespace arch {

inline void Out8(uint16_t port, uint8_t value) { asm volatile("outb %0, %1" ::"a"(value), "Nd"(port)); }
inline void Out16(uint16_t port, uint16_t value) { asm volatile("outw %0, %1" ::"a"(value), "Nd"(port)); }
inline void Out32(uint16_t port, uint32_t value) { asm volatile("outl %0, %1" ::"a"(value), "Nd"(port)); }
inline uint8_t In8(uint16_t port) {
  uint8_t value;
  asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
inline uint32_t In32(uint16_t port) {
  uint32_t value;
  asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

// Model-specific registers (Intel SDM volume 4).
enum class Msr : uint32_t {
  kIA32_APIC_BASE = 0x1b,
  kIA32_PAT = 0x277,
  kIA32_TSC_DEADLINE = 0x6e0,
  kX2APIC_BASE = 0x800,
  kIA32_EFER = 0xc000'0080,
  kIA32_STAR = 0xc000'0081,
  kIA32_LSTAR = 0xc000'0082,
  kIA32_CSTAR = 0xc000'0083,
  kIA32_FMASK = 0xc000'0084,
  kIA32_FS_BASE = 0xc000'0100,
  kIA32_GS_BASE = 0xc000'0101,
  kIA32_KERNEL_GS_BASE = 0xc000'0102,
};
inline void WriteMsr(Msr msr, uint64_t value) {
  asm volatile("wrmsr" ::"c"(static_cast<uint32_t>(msr)), "a"(static_cast<uint32_t>(value)),
               "d"(static_cast<uint32_t>(value >> 32))
               : "memory");
}
inline uint64_t ReadMsr(Msr msr) {
  uint32_t low;
  uint32_t high;
  asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(static_cast<uint32_t>(msr)) : "memory");
  return uint64_t{high} << 32 | low;
}

struct CpuidLeaf {
  uint32_t eax, ebx, ecx, edx;
};
inline CpuidLeaf Cpuid(uint32_t leaf, uint32_t subleaf = 0) {
  CpuidLeaf out;
  asm volatile("cpuid"
               : "=a"(out.eax), "=b"(out.ebx), "=c"(out.ecx), "=d"(out.edx)
               : "a"(leaf), "c"(subleaf));
  return out;
}

inline uint64_t ReadCr0() {
  uint64_t value;
  asm volatile("mov %%cr0, %0" : "=r"(value));
  return value;
}
inline void WriteCr0(uint64_t value) { asm volatile("mov %0, %%cr0" ::"r"(value) : "memory"); }
inline uint64_t ReadCr2() {
  uint64_t value;
  asm volatile("mov %%cr2, %0" : "=r"(value));
  return value;
}
inline uint64_t ReadCr3() {
  uint64_t value;
  asm volatile("mov %%cr3, %0" : "=r"(value)::"memory");
  return value;
}
inline void WriteCr3(uint64_t value) { asm volatile("mov %0, %%cr3" ::"r"(value) : "memory"); }
inline uint64_t ReadCr4() {
  uint64_t value;
  asm volatile("mov %%cr4, %0" : "=r"(value));
  return value;
}
inline void WriteCr4(uint64_t value) { asm volatile("mov %0, %%cr4" ::"r"(value) : "memory"); }

// Loads the interrupt descriptor table of `size` bytes at `base`.
inline void Lidt(uint64_t base, uint16_t size) {
  // Hidden from the compiler: a constant pointer at an odd place could not be relocated.
  asm volatile("" : "+r"(base));
  const struct [[gnu::packed]] {
    uint16_t limit;
    uint64_t base;
  } pointer{static_cast<uint16_t>(size - 1), base};
  asm volatile("lidt %0" ::"m"(pointer) : "memory");
}

inline void Invlpg(uint64_t address) { asm volatile("invlpg (%0)" ::"r"(address) : "memory"); }

// CR0, CR4 and EFER bits (Intel SDM volume 3, 2.5 and 2.2.1).
inline constexpr uint64_t kCr0Monitor = 1 << 1, kCr0Emulate = 1 << 2, kCr0TaskSwitched = 1 << 3,
                          kCr0NumericError = 1 << 5, kCr0WriteProtect = 1 << 16, kCr0AlignmentMask = 1 << 18;
inline constexpr uint64_t kCr4GlobalPages = 1 << 7, kCr4Fxsr = 1 << 9, kCr4SimdExceptions = 1 << 10,
                          kCr4Umip = 1 << 11, kCr4FsGsBase = 1 << 16, kCr4Xsave = 1 << 18,
                          kCr4Smep = 1 << 20, kCr4Smap = 1 << 21;
inline constexpr uint64_t kEferSyscall = 1 << 0, kEferNoExecute = 1 << 11;

// RFLAGS bits.
inline constexpr uint64_t kRflagsReserved1 = 1 << 1, kRflagsTrap = 1 << 8, kRflagsInterrupt = 1 << 9,
                          kRflagsDirection = 1 << 10, kRflagsIopl = 3 << 12, kRflagsNested = 1 << 14,
                          kRflagsAlignmentCheck = 1 << 18;

}  // namespace arch
