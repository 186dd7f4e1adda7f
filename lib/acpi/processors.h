// SPDX-License-Identifier: BSD-2-Clause
// MADT ("APIC"): processors and interrupt controllers (5.2.12).
#pragma once

#include <cstdint>

#include "lib/acpi/tables.h"

namespace acpi {

// A processor's local APIC, of either width.
struct LocalApic {
  static constexpr uint32_t kEnabled = 1;
  static constexpr uint32_t kOnlineCapable = 2;

  uint32_t processor_uid = 0;
  uint32_t id = 0;
  uint32_t flags = 0;

  bool enabled() const { return (flags & kEnabled) != 0; }
  // Not there yet, but may be plugged in.
  bool online_capable() const { return !enabled() && (flags & kOnlineCapable) != 0; }
};

struct IoApic {
  uint8_t id = 0;
  uint32_t address = 0;
  // The global interrupt number of its first line.
  uint32_t first_interrupt = 0;
};

// An ISA interrupt that is not the global interrupt of the same number.
struct InterruptOverride {
  uint8_t bus = 0;
  uint8_t source = 0;
  uint32_t interrupt = 0;
  // MPS INTI flags (5.2.12.5): bits 0-1 polarity, 2-3 trigger mode.
  uint16_t flags = 0;
};

// A processor's GIC interface. Addresses are 0 where the table has none.
struct GicCpu {
  static constexpr uint32_t kEnabled = 1;

  uint32_t interface_number = 0;
  uint32_t processor_uid = 0;
  uint32_t flags = 0;
  // 0: started by PSCI.
  uint32_t parking_protocol = 0;
  uint64_t parked_address = 0;
  uint64_t base = 0;
  uint64_t redistributor = 0;
  uint64_t mpidr = 0;

  bool enabled() const { return (flags & kEnabled) != 0; }
};

struct GicDistributor {
  uint64_t base = 0;
  // 1 to 4; 0: read it from the hardware.
  uint8_t version = 0;
};

struct GicRedistributors {
  uint64_t base = 0;
  uint32_t size = 0;
};

class Processors {
 public:
  enum class Kind : uint8_t {
    kLocalApic = 0,
    kIoApic = 1,
    kInterruptOverride = 2,
    kLocalApicAddress = 5,
    kLocalX2Apic = 9,
    kGicCpu = 11,
    kGicDistributor = 12,
    kGicRedistributors = 14,
  };

  // `table` has the signature "APIC".
  explicit Processors(Table table) : table_(table) {}

  // The address of the local APICs: the 64-bit one where the table has it.
  uint64_t local_apic_address() const;

  // Calls visit(Kind, const Table& entry) for all entries, unknown kinds included. Returns kEntry when
  // one has a bad length; what came before has been visited.
  template <class Visit>
  Problem ForEach(Visit visit) const {
    constexpr size_t kFirstEntry = 44;
    constexpr size_t kShortestEntry = 2;
    for (size_t at = kFirstEntry; at + kShortestEntry <= table_.size();) {
      const auto size = table_.Field<uint8_t>(at + 1);
      if (size < kShortestEntry || size > table_.size() - at) return Problem::kEntry;
      visit(static_cast<Kind>(table_.Field<uint8_t>(at)), table_.EntryAt(at, size));
      at += size;
    }
    return Problem::kNone;
  }

  // What an entry of the kind in the function's name says.
  static LocalApic ReadLocalApic(const Table& entry);
  static LocalApic ReadLocalX2Apic(const Table& entry);
  static IoApic ReadIoApic(const Table& entry);
  static InterruptOverride ReadInterruptOverride(const Table& entry);
  static GicCpu ReadGicCpu(const Table& entry);
  static GicDistributor ReadGicDistributor(const Table& entry);
  static GicRedistributors ReadGicRedistributors(const Table& entry);

 private:
  Table table_;
};

}  // namespace acpi
