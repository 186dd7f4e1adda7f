// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/acpi_facts.h"

#include "lib/acpi/hardware.h"
#include "lib/acpi/processors.h"
#include "lib/acpi/tables.h"

namespace boot {
namespace {

// Literals that know their length: freestanding code calls strlen() for the others.
using std::string_view_literals::operator""sv;

constexpr uint64_t kDefaultLocalApic = 0xfee0'0000;
constexpr uint32_t kLastPort = 0xffff;

class FactReader {
 public:
  FactReader(const PhysicalMemory& memory, uint32_t own_apic_id, kernel::Handoff& handoff)
      : memory_(memory), own_apic_id_(own_apic_id), handoff_(handoff) {}

  std::string_view Read() {
    if (handoff_.rsdp == 0) return "the loader gave no ACPI root pointer"sv;
    auto problem = acpi::Problem::kNone;
    const auto tables = acpi::Tables::Open(memory_, handoff_.rsdp, problem);
    if (!tables) return acpi::Describe(problem);
    for (size_t i = 0; i < tables->count(); ++i) {
      const auto table = tables->At(i);
      if (!table) {
        problem_ = acpi::Describe(acpi::Problem::kTable);
      } else if (table->Is("APIC"sv)) {
        ReadProcessors(*table);
      } else if (table->Is("FACP"sv)) {
        ReadFixedHardware(*table);
      } else if (table->Is("HPET"sv)) {
        const acpi::Register base = acpi::HighPrecisionTimer::Read(*table).base;
        if (base.is_memory()) handoff_.hpet = base.address;
      }
    }
    return problem_;
  }

 private:
  void ReadProcessors(const acpi::Table& table) {
    const acpi::Processors processors(table);
    handoff_.interrupts.base = processors.local_apic_address();
    const auto problem = processors.ForEach([this](acpi::Processors::Kind kind, const acpi::Table& entry) {
      if (kind == acpi::Processors::Kind::kLocalApic) {
        AddCpu(acpi::Processors::ReadLocalApic(entry));
      } else if (kind == acpi::Processors::Kind::kLocalX2Apic) {
        AddCpu(acpi::Processors::ReadLocalX2Apic(entry));
      } else if (kind == acpi::Processors::Kind::kIoApic && handoff_.interrupts.second == 0) {
        // The first one has the lines that exist on every PC.
        handoff_.interrupts.second = acpi::Processors::ReadIoApic(entry).address;
      }
    });
    if (problem != acpi::Problem::kNone) problem_ = acpi::Describe(problem);
  }

  void AddCpu(const acpi::LocalApic& apic) {
    if (!apic.enabled() || apic.id == own_apic_id_) return;
    for (uint32_t i = 1; i < handoff_.cpu_count; ++i) {
      if (handoff_.cpus[i].hardware_id == apic.id) return;
    }
    if (handoff_.cpu_count == kernel::Handoff::kMaxCpus) {
      problem_ = "ACPI lists more processors than the kernel can use"sv;
      return;
    }
    handoff_.cpus[handoff_.cpu_count++].hardware_id = apic.id;
  }

  void ReadFixedHardware(const acpi::Table& table) {
    const acpi::FixedHardware hardware = acpi::FixedHardware::Read(table);
    if (hardware.has_reset() && hardware.reset.is_port()) {
      handoff_.reset_port = static_cast<uint32_t>(hardware.reset.address);
      handoff_.reset_value = hardware.reset_value;
    }
    const auto dsdt = acpi::TableAt(memory_, hardware.dsdt);
    const uint32_t soft_off = dsdt ? acpi::FindSoftOffType(*dsdt) : 0;
    if (hardware.hardware_reduced()) return TakeSleepRegister(hardware.sleep_control, soft_off);
    handoff_.pm_timer_port = hardware.pm_timer_port & kLastPort;
    handoff_.sleep_port = hardware.pm_control_port & kLastPort;
    // PM1 control register (4.8.3.2.1): SLP_TYP in bits 10 to 12, SLP_EN is bit 13.
    handoff_.sleep_value = soft_off << 10 | 1 << 13;
  }

  // Sleep control register (4.8.3.7): SLP_TYP in bits 2 to 4, SLP_EN is bit 5.
  void TakeSleepRegister(const acpi::Register& sleep, uint32_t soft_off) {
    if (sleep.is_memory()) handoff_.sleep_address = sleep.address;
    if (sleep.is_port()) handoff_.sleep_port = static_cast<uint32_t>(sleep.address);
    handoff_.sleep_value = soft_off << 2 | 1 << 5;
  }

  const PhysicalMemory& memory_;
  const uint32_t own_apic_id_;
  kernel::Handoff& handoff_;
  std::string_view problem_;
};

}  // namespace

std::string_view ReadAcpi(const PhysicalMemory& memory, uint32_t own_apic_id, kernel::Handoff& handoff) {
  handoff.cpu_count = 1;
  handoff.cpus[0] = {.hardware_id = own_apic_id, .release_address = 0};
  handoff.interrupts = {.kind = kernel::InterruptControllerKind::kApic,
                        .base = kDefaultLocalApic,
                        .second = 0,
                        .second_size = 0,
                        .stride = 0};
  return FactReader(memory, own_apic_id, handoff).Read();
}

}  // namespace boot
