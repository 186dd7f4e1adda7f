// SPDX-License-Identifier: BSD-2-Clause
// User floating-point and vector registers. The kernel itself uses none.
//
// A new thread may not use them: its first such instruction traps, gets the initial state and makes
// the thread one whose registers are switched (Context::fp_used). Threads that never touch them never
// pay for them.
//
// They are saved whenever their thread leaves a CPU, and loaded when it comes back unless the CPU has them
// still: each loading gives the CPU and the thread the same number, which is never used again. A thread that
// leaves the CPU in a system call keeps D8-D15 and the control registers, as its calling convention says.
#pragma once

#include <cstddef>
#include <cstdint>

namespace arch {

// The control registers and V0-V31; those of a thread that left in a system call start with D8-D15, the rest is
// meaningless. All zero is the state of a new thread.
struct alignas(16) FpState {
  uint64_t fpcr = 0;
  uint64_t fpsr = 0;
  uint64_t v[64] = {};
};

// Gives the current thread, which is in an exception, the initial state.
void StartFpState();

}  // namespace arch
