// SPDX-License-Identifier: BSD-2-Clause
#include "tests/target/registers.h"

namespace target {

uint64_t& ProgramCounter(Registers& registers) { return registers.rip; }
uint64_t& StackPointer(Registers& registers) { return registers.rsp; }
uint64_t& Argument(Registers& registers) { return registers.rdi; }
uint64_t& Result(Registers& registers) { return registers.rax; }
uint64_t& Flags(Registers& registers) { return registers.rflags; }
uint64_t& ThreadPointer(Registers& registers) { return registers.fs_base; }

}  // namespace target
