// SPDX-License-Identifier: BSD-2-Clause
// Interrupts are counted; see host_machine.h.
#pragma once

#include <cstdint>

namespace arch {

void SendReschedule(uint32_t cpu);
void MaskInterrupt(uint32_t irq);
void UnmaskInterrupt(uint32_t irq);

}  // namespace arch
