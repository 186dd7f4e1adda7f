// SPDX-License-Identifier: BSD-2-Clause
// Registers of user mode in the form of the ABI.
#pragma once

#include <arch/trap_frame.h>
#include <zircon/syscalls/debug.h>
#include <zircon/types.h>

#include <cstdint>

namespace arch {

// What user mode keeps in the processor while its thread is in the kernel, so that no frame has it.
struct UserPointers {
  uint64_t tpidr = 0;
};
// Those of the current thread.
UserPointers ReadUserPointers();
void WriteUserPointers(const UserPointers& pointers);

// Puts together what a complete frame and the pointers hold.
void ReadGeneralRegisters(const TrapFrame& frame, const UserPointers& pointers, zx_thread_state_general_regs_t& out);
// The other way round; flags that belong to the kernel stay.
void WriteGeneralRegisters(const zx_thread_state_general_regs_t& registers, TrapFrame& frame, UserPointers& pointers);
// Errors: ZX_ERR_INVALID_ARGS a value that user mode cannot have.
zx_status_t CheckGeneralRegisters(const zx_thread_state_general_regs_t& registers);

}  // namespace arch
