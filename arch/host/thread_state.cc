// SPDX-License-Identifier: BSD-2-Clause
// What the test has put into the frame, and no rules.
#include <arch/context.h>
#include <arch/thread_state.h>

namespace arch {

void ReadGeneralRegisters(zx_thread_state_general_regs_t& out) { out = Context::Current().user_frame().registers; }

void WriteGeneralRegisters(const zx_thread_state_general_regs_t& registers) {
  Context::Current().user_frame().registers = registers;
}

zx_status_t CheckGeneralRegisters(const zx_thread_state_general_regs_t&) { return ZX_OK; }

void MergeGeneralRegisters(const zx_thread_state_general_regs_t& wanted,
                           zx_thread_state_general_regs_t& registers) {
  registers = wanted;
}

}  // namespace arch
