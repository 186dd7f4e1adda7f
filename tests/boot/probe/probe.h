// SPDX-License-Identifier: BSD-2-Clause
// What the probe needs to know about registers.
#pragma once

#include <arch/trap_frame.h>

namespace probe {

// Goes on behind an instruction that faulted; the user program has put its length into a register.
void SkipInstruction(arch::TrapFrame& frame);

}  // namespace probe
