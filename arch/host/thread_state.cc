// SPDX-License-Identifier: BSD-2-Clause
// What the test has put into the frame, and no rules.
#include <arch/thread_state.h>

namespace arch {

UserPointers ReadUserPointers() { return {}; }

void WriteUserPointers(const UserPointers&) {}

void ReadGeneralRegisters(const TrapFrame& frame, const UserPointers&, zx_thread_state_general_regs_t& out) {
  out = frame.registers;
}

void WriteGeneralRegisters(const zx_thread_state_general_regs_t& registers, TrapFrame& frame, UserPointers&) {
  frame.registers = registers;
}

zx_status_t CheckGeneralRegisters(const zx_thread_state_general_regs_t&) { return ZX_OK; }

}  // namespace arch
