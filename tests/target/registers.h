// SPDX-License-Identifier: BSD-2-Clause
// The registers every processor has under one name or another (registers_<arch>.cc).
#pragma once

#include <cstdint>

#include <zircon/syscalls/debug.h>

namespace target {

using Registers = zx_thread_state_general_regs_t;

uint64_t& ProgramCounter(Registers& registers);
uint64_t& StackPointer(Registers& registers);
// Where a function finds its first argument, and its caller the result.
uint64_t& Argument(Registers& registers);
uint64_t& Result(Registers& registers);
uint64_t& Flags(Registers& registers);
// What thread-local storage is found through.
uint64_t& ThreadPointer(Registers& registers);

}  // namespace target
