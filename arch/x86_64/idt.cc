// SPDX-License-Identifier: BSD-2-Clause
#include "arch/x86_64/idt.h"

#include "arch/x86_64/offsets.h"
#include "arch/x86_64/per_cpu.h"

// One stub per vector, kStubSize bytes apart (trap_entry.S).
extern "C" const char hafnon_x64_trap_stubs[];
extern "C" void hafnon_x64_debug_entry();
extern "C" void hafnon_x64_nmi_entry();
extern "C" void hafnon_x64_double_fault_entry();
extern "C" void hafnon_x64_machine_check_entry();

namespace arch {
namespace {

constexpr size_t kStubSize = 16;

struct Gate {
  uint64_t low;
  uint64_t high;
};
constinit Gate idt[256] = {};

// An interrupt gate: interrupts off on entry (Intel SDM volume 3, 6.14.1).
Gate MakeGate(uint64_t handler, uint8_t stack, uint8_t privilege) {
  return {(handler & 0xffff) | uint64_t{KERNEL_CODE} << 16 | uint64_t{stack} << 32 |
              uint64_t{0x8e} << 40 | uint64_t{privilege} << 45 | (handler >> 16 & 0xffff) << 48,
          handler >> 32};
}

void SetGate(Vector vector, void (*handler)(), FaultStack stack) {
  idt[static_cast<uint8_t>(vector)] =
      MakeGate(reinterpret_cast<uint64_t>(handler), static_cast<uint8_t>(stack), 0);
}

}  // namespace

void BuildIdt() {
  const auto stubs = reinterpret_cast<uint64_t>(hafnon_x64_trap_stubs);
  for (size_t vector = 0; vector < 256; ++vector) {
    // Only the breakpoint and overflow instructions may raise their exception from user mode.
    const bool callable = vector == static_cast<size_t>(Vector::kBreakpoint) ||
                          vector == static_cast<size_t>(Vector::kOverflow);
    idt[vector] = MakeGate(stubs + vector * kStubSize, 0, callable ? 3 : 0);
  }
  SetGate(Vector::kDebug, &hafnon_x64_debug_entry, FaultStack::kDebug);
  SetGate(Vector::kNmi, &hafnon_x64_nmi_entry, FaultStack::kNmi);
  SetGate(Vector::kDoubleFault, &hafnon_x64_double_fault_entry, FaultStack::kFatal);
  SetGate(Vector::kMachineCheck, &hafnon_x64_machine_check_entry, FaultStack::kFatal);
}

void LoadIdt() {
  Lidt(reinterpret_cast<uint64_t>(idt), sizeof(idt));
}

}  // namespace arch
