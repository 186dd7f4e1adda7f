// SPDX-License-Identifier: BSD-2-Clause
// Registers of user mode in the form of the ABI.
#pragma once

#include <zircon/syscalls/debug.h>
#include <zircon/types.h>

namespace arch {

// Those of the current thread, whose user frame must be complete (see Context::user_frame()).
void ReadGeneralRegisters(zx_thread_state_general_regs_t& out);
void WriteGeneralRegisters(const zx_thread_state_general_regs_t& registers);

// Errors: ZX_ERR_INVALID_ARGS a value that user mode cannot have.
zx_status_t CheckGeneralRegisters(const zx_thread_state_general_regs_t& registers);
// Changes `registers` into `wanted`, except for flags that belong to the kernel.
void MergeGeneralRegisters(const zx_thread_state_general_regs_t& wanted,
                           zx_thread_state_general_regs_t& registers);

}  // namespace arch
