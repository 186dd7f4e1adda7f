// SPDX-License-Identifier: BSD-2-Clause
// CPUs that share one host thread, so that a test decides which of them makes the next step. Steps begin where
// arch::host::access_hook is called and where a CPU spins.
#pragma once

#include <atomic>
#include <cstdint>

namespace arch {
class Context;
}

namespace arch::host {

// What a CPU does in arch::SpinPause() instead of leaving the host's processor to another host thread.
using SpinHook = void (*)();
void SetSpinHook(SpinHook hook);

// Makes a CPU whose first code is `boot`, a context that has been prepared.
void AddCpu(uint32_t index, Context& boot);
// Stops the calling CPU in the middle of what it does and continues CPU `index` where that was stopped. Returns
// when somebody continues the caller. The calling host thread needs not have been added.
void ContinueCpu(uint32_t index);

}  // namespace arch::host
