// SPDX-License-Identifier: BSD-2-Clause
#include "lib/acpi/hardware.h"

namespace acpi {

FixedHardware FixedHardware::Read(const Table& table) {
  const auto wide_dsdt = table.Field<uint64_t>(140);
  return {.flags = table.Field<uint32_t>(112),
          .dsdt = wide_dsdt != 0 ? wide_dsdt : table.Field<uint32_t>(40),
          .pm_timer_port = table.Field<uint32_t>(76),
          .pm_control_port = table.Field<uint32_t>(64),
          .reset = table.RegisterAt(116),
          .reset_value = table.Field<uint8_t>(128),
          .arm_boot_flags = table.Field<uint16_t>(129),
          .sleep_control = table.RegisterAt(244),
          .sleep_status = table.RegisterAt(256)};
}

uint8_t FindSoftOffType(const Table& dsdt) {
  constexpr uint8_t kPackage = 0x12;
  constexpr uint8_t kOne = 0x01;
  constexpr uint8_t kByte = 0x0a;
  constexpr uint8_t kLargestType = 7;
  constexpr uint32_t kName = 0x5f35'535f;  // "_S5_"
  for (size_t at = Table::kHeaderSize; at + sizeof(kName) < dsdt.size(); ++at) {
    if (dsdt.Field<uint32_t>(at) != kName) continue;
    size_t element = at + sizeof(kName);
    if (dsdt.Field<uint8_t>(element) != kPackage) continue;
    // The top two bits of a package length tell how many bytes follow it; then the element count.
    element += 1 + 1 + (dsdt.Field<uint8_t>(element + 1) >> 6) + 1;
    const auto kind = dsdt.Field<uint8_t>(element);
    if (kind == kByte) return dsdt.Field<uint8_t>(element + 1) & kLargestType;
    return kind == kOne ? 1 : 0;
  }
  return 0;
}

HighPrecisionTimer HighPrecisionTimer::Read(const Table& table) {
  return {.block_id = table.Field<uint32_t>(36),
          .base = table.RegisterAt(40),
          .sequence_number = table.Field<uint8_t>(52),
          .minimum_ticks = table.Field<uint16_t>(53)};
}

SerialConsole SerialConsole::Read(const Table& table) {
  return {.interface_type = table.Field<uint8_t>(36),
          .base = table.RegisterAt(40),
          .interrupt_type = table.Field<uint8_t>(52),
          .pc_interrupt = table.Field<uint8_t>(53),
          .interrupt = table.Field<uint32_t>(54),
          .baud_rate = table.Field<uint8_t>(58)};
}

std::optional<PciWindow> PciWindow::Read(const Table& table, size_t index) {
  constexpr size_t kFirst = 44;
  constexpr size_t kSize = 16;
  if (table.size() < kFirst || index >= (table.size() - kFirst) / kSize) return std::nullopt;
  const Table entry = table.EntryAt(kFirst + index * kSize, kSize);
  return PciWindow{.base = entry.Field<uint64_t>(0),
                   .segment = entry.Field<uint16_t>(8),
                   .first_bus = entry.Field<uint8_t>(10),
                   .last_bus = entry.Field<uint8_t>(11)};
}

ArmTimers ArmTimers::Read(const Table& table) {
  const auto timer_at = [&table](size_t offset) {
    return Timer{.interrupt = table.Field<uint32_t>(offset),
                 .flags = table.Field<uint32_t>(offset + 4)};
  };
  return {.secure_el1 = timer_at(48),
          .el1 = timer_at(56),
          .virtual_el1 = timer_at(64),
          .el2 = timer_at(72),
          .virtual_el2 = timer_at(96)};
}

}  // namespace acpi
