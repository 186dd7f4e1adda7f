// SPDX-License-Identifier: BSD-2-Clause
// The tables that describe single devices: FADT, HPET, SPCR, MCFG, GTDT.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "lib/acpi/tables.h"

namespace acpi {

// FADT ("FACP", 5.2.9): power, reset, timer.
struct FixedHardware {
  static constexpr uint32_t kTimerHas32Bits = 1 << 8;
  static constexpr uint32_t kHasResetRegister = 1 << 10;
  static constexpr uint32_t kHardwareReduced = 1 << 20;
  static constexpr uint16_t kPsciPresent = 1;
  static constexpr uint16_t kPsciByHvc = 2;

  // `table` has the signature "FACP".
  static FixedHardware Read(const Table& table);

  // No fixed hardware: only sleep registers, `reset` and what the DSDT describes exist.
  bool hardware_reduced() const { return (flags & kHardwareReduced) != 0; }
  bool has_reset() const { return (flags & kHasResetRegister) != 0; }

  uint32_t flags = 0;
  // Physical address of the DSDT.
  uint64_t dsdt = 0;
  uint32_t pm_timer_port = 0;
  // PM1a control block.
  uint32_t pm_control_port = 0;
  Register reset;
  uint8_t reset_value = 0;
  // Arm boot flags (5.2.9.4).
  uint16_t arm_boot_flags = 0;
  Register sleep_control;
  Register sleep_status;
};

// SLP_TYP of the soft-off state: the first element of the package \_S5 (7.4.2, 20.2.5.4) in a DSDT.
// Found by its bytes, because it is the only thing wanted of the table's program. 0 if there is none.
uint8_t FindSoftOffType(const Table& dsdt);

// HPET: the high precision event timer.
struct HighPrecisionTimer {
  static HighPrecisionTimer Read(const Table& table);

  uint32_t block_id = 0;
  Register base;
  uint8_t sequence_number = 0;
  uint16_t minimum_ticks = 0;
};

// SPCR: the console's serial port.
struct SerialConsole {
  static constexpr uint8_t k16550 = 0;
  static constexpr uint8_t kPl011 = 3;

  static SerialConsole Read(const Table& table);

  uint8_t interface_type = 0;
  Register base;
  // Bit 0: `pc_interrupt` is valid; bits 1 to 3: `interrupt` is, of an IOAPIC, SAPIC or GIC.
  uint8_t interrupt_type = 0;
  uint8_t pc_interrupt = 0;
  uint32_t interrupt = 0;
  // 0 as the firmware left it, 3 9600, 4 19200, 6 57600, 7 115200.
  uint8_t baud_rate = 0;
};

// An entry of MCFG: configuration space of some PCI buses.
struct PciWindow {
  // Window `index` of `table`; nothing behind the last.
  static std::optional<PciWindow> Read(const Table& table, size_t index);

  uint64_t base = 0;
  uint16_t segment = 0;
  uint8_t first_bus = 0;
  uint8_t last_bus = 0;
};

// GTDT: interrupts of the Arm generic timer (5.2.25).
struct ArmTimers {
  struct Timer {
    // Global interrupt number.
    uint32_t interrupt = 0;
    // Bit 0 edge-triggered, bit 1 active low, bit 2 always on.
    uint32_t flags = 0;
  };

  static ArmTimers Read(const Table& table);

  Timer secure_el1;
  Timer el1;
  Timer virtual_el1;
  Timer el2;
  // 0 in tables before revision 3.
  Timer virtual_el2;
};

}  // namespace acpi
