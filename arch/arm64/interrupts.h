// SPDX-License-Identifier: BSD-2-Clause
// The interrupt controller of this machine, and who gets its interrupts.
#pragma once

#include <cstdint>

namespace arch::interrupts {

// Sets up the shared part, everything masked. Once, on the boot CPU.
void Init();
// Sets up the current CPU's part and its timer interrupt.
void InitCpu();

// Handles all interrupts that are waiting at this CPU.
void Dispatch();

// Makes the other CPUs stop when they next take interrupts.
void SendStop();

// Number of interrupt ids the controller has, for the boot log.
uint32_t LineCount();

}  // namespace arch::interrupts
