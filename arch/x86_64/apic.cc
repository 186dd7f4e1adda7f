// SPDX-License-Identifier: BSD-2-Clause
#include "arch/x86_64/apic.h"

#include <arch/layout.h>

#include "arch/x86_64/features.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/machine.h"

namespace arch {
namespace {

// Register offsets of the xAPIC page; the x2APIC's MSR is 0x800 + offset / 16.
enum class Apic : uint32_t {
  kTaskPriority = 0x080,
  kEndOfInterrupt = 0x0b0,
  kSpuriousVector = 0x0f0,
  kInterruptCommandLow = 0x300,
  kInterruptCommandHigh = 0x310,
  kTimer = 0x320,
  kLint0 = 0x350,
  kLint1 = 0x360,
  kError = 0x370,
  kInitialCount = 0x380,
  kCurrentCount = 0x390,
  kDivide = 0x3e0,
};

constexpr uint64_t kBaseEnable = 1 << 11, kBaseX2Apic = 1 << 10;
constexpr uint32_t kSoftwareEnable = 1 << 8, kMasked = 1 << 16, kDeliverNmi = 4 << 8;
constexpr uint32_t kDivideByOne = 0xb, kTimerTscDeadline = 2 << 17;
constexpr uint32_t kCommandInit = 5 << 8, kCommandStartup = 6 << 8, kCommandNmi = 4 << 8,
                   kCommandAssert = 1 << 14, kCommandPending = 1 << 12;

constinit volatile std::byte* registers = nullptr;
constinit bool x2apic = false;

Msr MsrOf(Apic which) {
  return static_cast<Msr>(static_cast<uint32_t>(Msr::kX2APIC_BASE) + static_cast<uint32_t>(which) / 16);
}

void Write(Apic which, uint32_t value) {
  if (x2apic) return WriteMsr(MsrOf(which), value);
  *reinterpret_cast<volatile uint32_t*>(registers + static_cast<uint32_t>(which)) = value;
}

uint32_t Read(Apic which) {
  if (x2apic) return static_cast<uint32_t>(ReadMsr(MsrOf(which)));
  return *reinterpret_cast<volatile uint32_t*>(registers + static_cast<uint32_t>(which));
}

void Command(uint32_t apic_id, uint32_t command) {
  if (x2apic) {
    // Without this fence the interrupt could overtake earlier stores (Intel SDM volume 3, 11.12.3).
    asm volatile("mfence\n lfence" ::: "memory");
    return WriteMsr(MsrOf(Apic::kInterruptCommandLow), uint64_t{apic_id} << 32 | command);
  }
  while ((Read(Apic::kInterruptCommandLow) & kCommandPending) != 0) asm volatile("pause");
  Write(Apic::kInterruptCommandHigh, apic_id << 24);
  Write(Apic::kInterruptCommandLow, command);
}

}  // namespace

void InitLocalApic() {
  x2apic = features.x2apic;
  const uint64_t base = ReadMsr(Msr::kIA32_APIC_BASE) | kBaseEnable;
  WriteMsr(Msr::kIA32_APIC_BASE, x2apic ? base | kBaseX2Apic : base);
  if (!x2apic && registers == nullptr) {
    registers = PhysmapAddress({machine.interrupts.base});
  }
  Write(Apic::kTaskPriority, 0);
  Write(Apic::kTimer, kMasked | static_cast<uint32_t>(Vector::kTimer));
  Write(Apic::kLint0, kMasked);
  Write(Apic::kLint1, kDeliverNmi);
  Write(Apic::kError, kMasked);
  Write(Apic::kDivide, kDivideByOne);
  Write(Apic::kSpuriousVector, kSoftwareEnable | static_cast<uint32_t>(Vector::kSpurious));
  if (features.tsc_deadline) {
    UseTscDeadline();
  } else {
    Write(Apic::kTimer, static_cast<uint32_t>(Vector::kTimer));
  }
}

void EndOfInterrupt() { Write(Apic::kEndOfInterrupt, 0); }

void SendInterrupt(uint32_t apic_id, Vector vector) {
  Command(apic_id, kCommandAssert | static_cast<uint32_t>(vector));
}
void SendInit(uint32_t apic_id) { Command(apic_id, kCommandAssert | kCommandInit); }
void SendStartup(uint32_t apic_id, uint8_t page) {
  Command(apic_id, kCommandAssert | kCommandStartup | page);
}
void SendNmi(uint32_t apic_id) { Command(apic_id, kCommandAssert | kCommandNmi); }

void StartTimerCount(uint32_t count) { Write(Apic::kInitialCount, count); }
uint32_t ReadTimerCount() { return Read(Apic::kCurrentCount); }
void UseTscDeadline() {
  Write(Apic::kTimer, kTimerTscDeadline | static_cast<uint32_t>(Vector::kTimer));
  // The mode switch must be seen before the deadline is armed (Intel SDM volume 3, 11.5.4.1).
  asm volatile("mfence" ::: "memory");
}

}  // namespace arch
