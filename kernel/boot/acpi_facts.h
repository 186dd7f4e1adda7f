// SPDX-License-Identifier: BSD-2-Clause
// What the kernel needs from ACPI: processors, interrupt controllers, clocks, ways to power off.
// Section numbers are those of the ACPI specification 6.5.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/boot/physical_memory.h"
#include "kernel/handoff.h"

namespace boot {

// Reads the tables behind handoff.rsdp. The CPU with `own_apic_id` comes first. Without ACPI, or without
// a table, the PC's classical values stay: one CPU, local APIC at its reset address, no IOAPIC.
// Returns what was wrong with the tables, empty if nothing; everything readable has been used then.
std::string_view ReadAcpi(const PhysicalMemory& memory, uint32_t own_apic_id, kernel::Handoff& handoff);

}  // namespace boot
