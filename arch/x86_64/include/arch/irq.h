// SPDX-License-Identifier: BSD-2-Clause
// Interrupts between CPUs and from devices.
#pragma once

#include <cstdint>

namespace arch {

// Interrupts another CPU; it calls kernel::HandleReschedule().
void SendReschedule(uint32_t cpu);

// Device lines, numbered as the IOAPIC numbers them. All are masked at start.
void MaskInterrupt(uint32_t irq);
void UnmaskInterrupt(uint32_t irq);

}  // namespace arch
