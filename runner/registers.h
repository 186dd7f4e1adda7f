// SPDX-License-Identifier: BSD-2-Clause
// The registers a crash record wants, under one name for every processor (registers_<arch>.cc).
#pragma once

#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>

#include <cstdint>

namespace runner {

uint64_t ProgramCounter(const zx_thread_state_general_regs_t& registers);
uint64_t StackPointer(const zx_thread_state_general_regs_t& registers);
// Where {caller's frame pointer, return address} stand.
uint64_t FramePointer(const zx_thread_state_general_regs_t& registers);
// The address of a page fault.
uint64_t FaultAddress(const zx_exception_report_t& report);

}  // namespace runner
