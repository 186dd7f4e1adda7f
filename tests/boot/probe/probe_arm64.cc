// SPDX-License-Identifier: BSD-2-Clause
#include "tests/boot/probe/probe.h"

namespace probe {

void SkipInstruction(arch::TrapFrame& frame) { frame.program_counter += frame.x(15); }

}  // namespace probe
