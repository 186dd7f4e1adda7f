// SPDX-License-Identifier: BSD-2-Clause
// User floating-point and vector registers. The kernel itself uses none.
//
// A new thread may not use them: its first such instruction traps, gets the initial state and makes
// the thread one whose registers are switched (Context::fp_used). Threads that never touch them never
// pay for them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace arch {

// V0-V31 and the control registers. All zero is the state of a new thread.
struct alignas(16) FpState {
  uint64_t v[64] = {};
  uint64_t fpcr = 0;
  uint64_t fpsr = 0;
};

extern "C" {
void hafnon_fp_save(FpState& state);
void hafnon_fp_restore(const FpState& state);
}

// Copies the current thread's registers to its Context, for a reader of thread state.
void SaveFpState();
// Makes the state in the current Context the one user mode will see.
void LoadFpState();

}  // namespace arch
