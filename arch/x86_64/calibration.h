// SPDX-License-Identifier: BSD-2-Clause
// Finding the rates of the TSC and of the local APIC's timer.
#pragma once

namespace arch {

// From CPUID if it tells, else against the ACPI PM timer or the 8254, for at most a few milliseconds.
// Panics when the machine has no clock to compare with.
void CalibrateCounter();
// Against the TSC. After InitLocalApic().
void CalibrateTimer();

}  // namespace arch
