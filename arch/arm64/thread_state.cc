// SPDX-License-Identifier: BSD-2-Clause
#include <arch/thread_state.h>

#include <arch/context.h>

#include "arch/arm64/sysreg.h"

namespace arch {
namespace {

// N, Z, C and V of the saved program status (DDI 0487, C5.2.19).
constexpr uint64_t kUserFlags = uint64_t{0xf} << 28;

}  // namespace

UserPointers ReadUserPointers() { return {.tpidr = SYSREG_READ(tpidr_el0)}; }

void WriteUserPointers(const UserPointers& pointers) { SYSREG_WRITE(tpidr_el0, pointers.tpidr); }

void ReadGeneralRegisters(const TrapFrame& frame, const UserPointers& pointers, zx_thread_state_general_regs_t& out) {
  for (unsigned number = 0; number < 30; ++number) out.r[number] = frame.x(number);
  out.lr = frame.link;
  out.sp = frame.stack_pointer;
  out.pc = frame.program_counter;
  out.cpsr = frame.psr;
  out.tpidr = pointers.tpidr;
}

void WriteGeneralRegisters(const zx_thread_state_general_regs_t& registers, TrapFrame& frame, UserPointers& pointers) {
  for (unsigned number = 0; number < 30; ++number) frame.x(number) = registers.r[number];
  frame.link = registers.lr;
  frame.stack_pointer = registers.sp;
  frame.program_counter = registers.pc;
  frame.psr = (frame.psr & ~kUserFlags) | (registers.cpsr & kUserFlags);
  pointers.tpidr = registers.tpidr;
}

zx_status_t CheckGeneralRegisters(const zx_thread_state_general_regs_t& registers) {
  return IsValidUserPc(registers.pc) ? ZX_OK : ZX_ERR_INVALID_ARGS;
}

}  // namespace arch
