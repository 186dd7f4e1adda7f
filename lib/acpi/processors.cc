// SPDX-License-Identifier: BSD-2-Clause
#include "lib/acpi/processors.h"

namespace acpi {

uint64_t Processors::local_apic_address() const {
  uint64_t address = table_.Field<uint32_t>(36);
  ForEach([&address](Kind kind, const Table& entry) {
    if (kind == Kind::kLocalApicAddress) address = entry.Field<uint64_t>(4);
  });
  return address;
}

LocalApic Processors::ReadLocalApic(const Table& entry) {
  return {.processor_uid = entry.Field<uint8_t>(2),
          .id = entry.Field<uint8_t>(3),
          .flags = entry.Field<uint32_t>(4)};
}

LocalApic Processors::ReadLocalX2Apic(const Table& entry) {
  return {.processor_uid = entry.Field<uint32_t>(12),
          .id = entry.Field<uint32_t>(4),
          .flags = entry.Field<uint32_t>(8)};
}

IoApic Processors::ReadIoApic(const Table& entry) {
  return {.id = entry.Field<uint8_t>(2),
          .address = entry.Field<uint32_t>(4),
          .first_interrupt = entry.Field<uint32_t>(8)};
}

InterruptOverride Processors::ReadInterruptOverride(const Table& entry) {
  return {.bus = entry.Field<uint8_t>(2),
          .source = entry.Field<uint8_t>(3),
          .interrupt = entry.Field<uint32_t>(4),
          .flags = entry.Field<uint16_t>(8)};
}

GicCpu Processors::ReadGicCpu(const Table& entry) {
  return {.interface_number = entry.Field<uint32_t>(4),
          .processor_uid = entry.Field<uint32_t>(8),
          .flags = entry.Field<uint32_t>(12),
          .parking_protocol = entry.Field<uint32_t>(16),
          .parked_address = entry.Field<uint64_t>(24),
          .base = entry.Field<uint64_t>(32),
          .redistributor = entry.Field<uint64_t>(60),
          .mpidr = entry.Field<uint64_t>(68)};
}

GicDistributor Processors::ReadGicDistributor(const Table& entry) {
  return {.base = entry.Field<uint64_t>(8), .version = entry.Field<uint8_t>(20)};
}

GicRedistributors Processors::ReadGicRedistributors(const Table& entry) {
  return {.base = entry.Field<uint64_t>(4), .size = entry.Field<uint32_t>(12)};
}

}  // namespace acpi
