// SPDX-License-Identifier: BSD-2-Clause
#include "runner/registers.h"

namespace runner {

uint64_t ProgramCounter(const zx_thread_state_general_regs_t& registers) { return registers.pc; }
uint64_t StackPointer(const zx_thread_state_general_regs_t& registers) { return registers.sp; }
// AAPCS64: x29.
uint64_t FramePointer(const zx_thread_state_general_regs_t& registers) { return registers.r[29]; }
uint64_t FaultAddress(const zx_exception_report_t& report) {
  return report.context.arch.arm_64.far;
}

}  // namespace runner
