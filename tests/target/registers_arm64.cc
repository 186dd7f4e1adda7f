// SPDX-License-Identifier: BSD-2-Clause
#include "tests/target/registers.h"

namespace target {

uint64_t& ProgramCounter(Registers& registers) { return registers.pc; }
uint64_t& StackPointer(Registers& registers) { return registers.sp; }
uint64_t& Argument(Registers& registers) { return registers.r[0]; }
uint64_t& Result(Registers& registers) { return registers.r[0]; }
uint64_t& Flags(Registers& registers) { return registers.cpsr; }
uint64_t& ThreadPointer(Registers& registers) { return registers.tpidr; }

}  // namespace target
