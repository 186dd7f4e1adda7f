// SPDX-License-Identifier: BSD-2-Clause
// The input is physical memory from address 0x100 on, with a root pointer perhaps at its start. Any
// bytes give tables or a named problem; every table can be read as any kind of table.
#include <cstdint>
#include <cstring>
#include <vector>

#include "lib/acpi/hardware.h"
#include "lib/acpi/processors.h"
#include "lib/acpi/tables.h"
#include "lib/base/assert.h"

namespace {

constexpr uint64_t kBase = 0x100;

class InputMemory final : public acpi::Memory {
 public:
  explicit InputMemory(base::Bytes bytes) : bytes_(bytes) {}
  base::Bytes At(uint64_t address, uint64_t size) const override {
    if (address < kBase) return {};
    return base::Slice(bytes_, address - kBase, size).value_or(base::Bytes{});
  }

 private:
  base::Bytes bytes_;
};

uint64_t ReadAsEverything(const acpi::Table& table) {
  uint64_t sum = acpi::FindSoftOffType(table);
  ASSERT(sum < 8);
  const auto hardware = acpi::FixedHardware::Read(table);
  sum += hardware.dsdt + hardware.sleep_control.address + hardware.reset.is_port();
  sum += acpi::HighPrecisionTimer::Read(table).base.address;
  sum += acpi::SerialConsole::Read(table).interrupt;
  sum += acpi::ArmTimers::Read(table).virtual_el2.flags;
  for (size_t i = 0; const auto window = acpi::PciWindow::Read(table, i); ++i) sum += window->base;
  const acpi::Processors processors(table);
  size_t size = 44;
  processors.ForEach([&](acpi::Processors::Kind, const acpi::Table& entry) {
    size += entry.size();
    ASSERT(entry.size() >= 2 && size <= table.size());
    sum += acpi::Processors::ReadLocalApic(entry).id + acpi::Processors::ReadLocalX2Apic(entry).id +
           acpi::Processors::ReadIoApic(entry).address + acpi::Processors::ReadGicCpu(entry).mpidr +
           acpi::Processors::ReadInterruptOverride(entry).flags +
           acpi::Processors::ReadGicDistributor(entry).base +
           acpi::Processors::ReadGicRedistributors(entry).size;
  });
  return sum + processors.local_apic_address();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const InputMemory memory(bytes);
  // As a lone table, too: the fuzzer rarely gets the sums right.
  uint64_t sum = ReadAsEverything(acpi::Table(bytes));
  auto problem = acpi::Problem::kNone;
  const auto tables = acpi::Tables::Open(memory, kBase, problem);
  ASSERT(tables.has_value() == acpi::Describe(problem).empty());
  if (tables) {
    for (size_t i = 0; i < tables->count(); ++i) {
      if (const auto table = tables->At(i)) sum += ReadAsEverything(*table);
    }
  }
  // The sum is used so that no read is optimised away; -1 means "not worth keeping".
  return sum == 42 ? -1 : 0;
}
