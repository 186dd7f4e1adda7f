// SPDX-License-Identifier: BSD-2-Clause
#include "runner/registers.h"

namespace runner {

uint64_t ProgramCounter(const zx_thread_state_general_regs_t& registers) { return registers.rip; }
uint64_t StackPointer(const zx_thread_state_general_regs_t& registers) { return registers.rsp; }
uint64_t FramePointer(const zx_thread_state_general_regs_t& registers) { return registers.rbp; }
uint64_t FaultAddress(const zx_exception_report_t& report) {
  return report.context.arch.x86_64.cr2;
}

}  // namespace runner
