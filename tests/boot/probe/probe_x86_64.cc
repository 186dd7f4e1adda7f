// SPDX-License-Identifier: BSD-2-Clause
#include "tests/boot/probe/probe.h"

namespace probe {

void SkipInstruction(arch::TrapFrame& frame) {
  constexpr uint64_t kTrapFlag = 0x100;
  frame.rip += frame.r15;
  frame.rflags &= ~kTrapFlag;
}

}  // namespace probe
