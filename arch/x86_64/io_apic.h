// SPDX-License-Identifier: BSD-2-Clause
// The IOAPIC: device lines to the boot CPU.
#pragma once

namespace arch {
// Masks all lines, if the machine has one.
void InitIoApic();
}  // namespace arch
