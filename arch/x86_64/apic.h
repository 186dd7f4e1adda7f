// SPDX-License-Identifier: BSD-2-Clause
// The local APIC (Intel SDM volume 3, chapter 11), as xAPIC or x2APIC.
#pragma once

#include <cstdint>

#include "arch/x86_64/idt.h"

namespace arch {

// Enables the local APIC of this CPU.
void InitLocalApic();

void EndOfInterrupt();
void SendInterrupt(uint32_t apic_id, Vector vector);
// INIT, and a start-up interrupt that begins at physical address page << 12.
void SendInit(uint32_t apic_id);
void SendStartup(uint32_t apic_id, uint8_t page);
void SendNmi(uint32_t apic_id);

// The one-shot timer. Counts down at a rate that CalibrateTimer() finds.
void StartTimerCount(uint32_t count);
uint32_t ReadTimerCount();
// Lets the timer's vector come from the TSC deadline register instead.
void UseTscDeadline();

}  // namespace arch
