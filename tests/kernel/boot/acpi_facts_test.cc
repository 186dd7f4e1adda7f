// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/acpi_facts.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace boot {
namespace {

// A machine's low memory with ACPI tables in it.
class FakeFirmware {
 public:
  static constexpr uint64_t kRsdp = 0x100;

  FakeFirmware() : memory_(0x8000), next_(0x1000) {}

  // Puts a table with this body behind its header; returns its address.
  uint64_t AddTable(const std::string& signature, const std::vector<uint8_t>& body) {
    const uint64_t address = next_;
    std::vector<uint8_t> table(36);
    memcpy(table.data(), signature.data(), 4);
    table.insert(table.end(), body.begin(), body.end());
    const auto size = static_cast<uint32_t>(table.size());
    memcpy(table.data() + 4, &size, 4);
    table[9] = Checksum(table);
    memcpy(memory_.data() + address, table.data(), table.size());
    next_ += (size + 63) & ~uint64_t{63};
    return address;
  }

  void AddRoot(const std::vector<uint64_t>& tables) {
    std::vector<uint8_t> entries;
    for (const uint64_t table : tables) Append(entries, table, 8);
    const uint64_t xsdt = AddTable("XSDT", entries);
    std::vector<uint8_t> rsdp(36);
    memcpy(rsdp.data(), "RSD PTR ", 8);
    rsdp[15] = 2;
    memcpy(rsdp.data() + 24, &xsdt, 8);
    rsdp[8] = Checksum({rsdp.begin(), rsdp.begin() + 20});
    memcpy(memory_.data() + kRsdp, rsdp.data(), rsdp.size());
  }

  static void Append(std::vector<uint8_t>& to, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; ++i) to.push_back(static_cast<uint8_t>(value >> 8 * i));
  }

  std::string Read(uint32_t own_apic_id = 0) {
    handoff = std::make_unique<kernel::Handoff>();
    handoff->rsdp = kRsdp;
    const PhysicalMemory memory(reinterpret_cast<uintptr_t>(memory_.data()), memory_.size());
    return std::string(ReadAcpi(memory, own_apic_id, *handoff));
  }

  std::vector<uint8_t>& memory() { return memory_; }

  std::unique_ptr<kernel::Handoff> handoff;

 private:
  static uint8_t Checksum(const std::vector<uint8_t>& bytes) {
    uint8_t sum = 0;
    for (const uint8_t byte : bytes) sum = static_cast<uint8_t>(sum + byte);
    return static_cast<uint8_t>(0 - sum);
  }

  std::vector<uint8_t> memory_;
  uint64_t next_;
};

// MADT with a local APIC address, processors 0 to 3 of which 2 is disabled, and an IOAPIC.
std::vector<uint8_t> Processors() {
  std::vector<uint8_t> body;
  FakeFirmware::Append(body, 0xfee0'0000, 4);
  FakeFirmware::Append(body, 1, 4);
  for (uint8_t id = 0; id < 4; ++id) {
    body.insert(body.end(), {0, 8, id, id});
    FakeFirmware::Append(body, id == 2 ? 0 : 1, 4);
  }
  body.insert(body.end(), {1, 12, 0, 0});
  FakeFirmware::Append(body, 0xfec0'0000, 4);
  FakeFirmware::Append(body, 0, 4);
  return body;
}

// FADT of 268 bytes; set fields by their offset in the table.
class FixedHardware {
 public:
  FixedHardware& Set(size_t offset, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; ++i) body_[offset - 36 + i] = static_cast<uint8_t>(value >> 8 * i);
    return *this;
  }
  const std::vector<uint8_t>& body() const { return body_; }

 private:
  std::vector<uint8_t> body_ = std::vector<uint8_t>(268 - 36);
};

const std::vector<uint8_t> kSoftOffType5 = {0x08, '_', 'S', '5', '_', 0x12, 0x06, 0x04, 0x0a, 0x05,
                                            0x00, 0x00, 0x00};

TEST(AcpiFacts, EnabledProcessorsAreListedWithTheBootProcessorFirst) {
  FakeFirmware firmware;
  firmware.AddRoot({firmware.AddTable("APIC", Processors())});

  EXPECT_EQ(firmware.Read(3), "");

  const kernel::Handoff& handoff = *firmware.handoff;
  ASSERT_EQ(handoff.cpu_count, 3u);
  EXPECT_EQ(handoff.cpus[0].hardware_id, 3u);
  EXPECT_EQ(handoff.cpus[1].hardware_id, 0u);
  EXPECT_EQ(handoff.cpus[2].hardware_id, 1u);
  EXPECT_EQ(handoff.interrupts.base, 0xfee0'0000u);
  EXPECT_EQ(handoff.interrupts.second, 0xfec0'0000u);
}

TEST(AcpiFacts, PortsOfFixedHardwareAreFound) {
  FakeFirmware firmware;
  const uint64_t dsdt = firmware.AddTable("DSDT", kSoftOffType5);
  FixedHardware fixed;
  fixed.Set(40, dsdt, 4).Set(64, 0x604, 4).Set(76, 0x608, 4).Set(112, 1 << 10, 4);
  fixed.Set(116, 1, 1).Set(120, 0xcf9, 8).Set(128, 0xf, 1);
  firmware.AddRoot({firmware.AddTable("FACP", fixed.body())});

  EXPECT_EQ(firmware.Read(), "");

  const kernel::Handoff& handoff = *firmware.handoff;
  EXPECT_EQ(handoff.pm_timer_port, 0x608u);
  EXPECT_EQ(handoff.sleep_port, 0x604u);
  EXPECT_EQ(handoff.sleep_value, 5u << 10 | 1u << 13);
  EXPECT_EQ(handoff.reset_port, 0xcf9u);
  EXPECT_EQ(handoff.reset_value, 0xfu);
}

TEST(AcpiFacts, ReducedHardwareSleepsThroughItsRegister) {
  FakeFirmware firmware;
  const uint64_t dsdt = firmware.AddTable("DSDT", kSoftOffType5);
  FixedHardware fixed;
  fixed.Set(140, dsdt, 8).Set(112, 1 << 20, 4).Set(244, 0, 1).Set(248, 0xfea0'0000, 8);
  fixed.Set(76, 0x608, 4);
  firmware.AddRoot({firmware.AddTable("FACP", fixed.body())});

  EXPECT_EQ(firmware.Read(), "");

  EXPECT_EQ(firmware.handoff->sleep_address, 0xfea0'0000u);
  EXPECT_EQ(firmware.handoff->sleep_value, 5u << 2 | 1u << 5);
  EXPECT_EQ(firmware.handoff->sleep_port, 0u);
  EXPECT_EQ(firmware.handoff->pm_timer_port, 0u);
}

TEST(AcpiFacts, AnOldShortTableHasZeroesForWhatItLacks) {
  FakeFirmware firmware;
  firmware.AddRoot({firmware.AddTable("FACP", std::vector<uint8_t>(4))});

  EXPECT_EQ(firmware.Read(), "");

  EXPECT_EQ(firmware.handoff->sleep_port, 0u);
  EXPECT_EQ(firmware.handoff->sleep_address, 0u);
}

TEST(AcpiFacts, WithoutTablesOneProcessorRemains) {
  FakeFirmware firmware;

  EXPECT_EQ(firmware.Read(7), "the ACPI root pointer is not one");

  EXPECT_EQ(firmware.handoff->cpu_count, 1u);
  EXPECT_EQ(firmware.handoff->cpus[0].hardware_id, 7u);
  EXPECT_EQ(firmware.handoff->interrupts.base, 0xfee0'0000u);
}

TEST(AcpiFacts, ADamagedTableIsReportedAndTheOthersAreUsed) {
  FakeFirmware firmware;
  const uint64_t damaged = firmware.AddTable("HPET", {1, 2, 3, 4});
  const uint64_t processors = firmware.AddTable("APIC", Processors());
  firmware.AddRoot({damaged, processors});
  EXPECT_EQ(firmware.Read(), "");

  // Every byte counts, whichever lane of the sum it is in.
  for (uint64_t i = 4; i < 40; ++i) {
    firmware.memory()[damaged + i] ^= 1;
    EXPECT_EQ(firmware.Read(), "an ACPI table is out of reach or does not add up") << i;
    EXPECT_EQ(firmware.handoff->cpu_count, 3u);
    firmware.memory()[damaged + i] ^= 1;
  }
}

TEST(AcpiFacts, ATableOutOfReachIsReported) {
  FakeFirmware firmware;
  firmware.AddRoot({0xffff'ffff'0000, firmware.AddTable("APIC", Processors())});

  EXPECT_EQ(firmware.Read(), "an ACPI table is out of reach or does not add up");

  EXPECT_EQ(firmware.handoff->cpu_count, 3u);
}

TEST(AcpiFacts, AnEntryOfBadLengthEndsTheList) {
  FakeFirmware firmware;
  std::vector<uint8_t> body = Processors();
  body[8 + 8 + 1] = 0;
  firmware.AddRoot({firmware.AddTable("APIC", body)});

  EXPECT_EQ(firmware.Read(), "an entry of the ACPI processor table has a bad length");

  EXPECT_EQ(firmware.handoff->cpu_count, 1u);
}

TEST(AcpiFacts, MoreProcessorsThanFitAreLeftOut) {
  FakeFirmware firmware;
  std::vector<uint8_t> body;
  FakeFirmware::Append(body, 0xfee0'0000, 8);
  for (uint32_t id = 0; id < 100; ++id) {
    body.insert(body.end(), {9, 16, 0, 0});
    FakeFirmware::Append(body, id, 4);
    FakeFirmware::Append(body, 1, 4);
    FakeFirmware::Append(body, id, 4);
  }
  firmware.AddRoot({firmware.AddTable("APIC", body)});

  EXPECT_EQ(firmware.Read(), "ACPI lists more processors than the kernel can use");

  EXPECT_EQ(firmware.handoff->cpu_count, kernel::Handoff::kMaxCpus);
}

TEST(AcpiFacts, EveryTruncationIsSurvived) {
  FakeFirmware firmware;
  const uint64_t dsdt = firmware.AddTable("DSDT", kSoftOffType5);
  FixedHardware fixed;
  fixed.Set(40, dsdt, 4);
  firmware.AddRoot({firmware.AddTable("APIC", Processors()), firmware.AddTable("FACP", fixed.body())});

  for (size_t size = 0; size < 0x1400; size += 3) {
    // A copy of exactly this size, so that the sanitizer sees a read beyond it.
    const std::vector<uint8_t> part(firmware.memory().begin(),
                                    firmware.memory().begin() + static_cast<ptrdiff_t>(size));
    const auto handoff = std::make_unique<kernel::Handoff>();
    handoff->rsdp = FakeFirmware::kRsdp;
    ReadAcpi(PhysicalMemory(reinterpret_cast<uintptr_t>(part.data()), part.size()), 0, *handoff);
    EXPECT_GE(handoff->cpu_count, 1u);
  }
}

}  // namespace
}  // namespace boot
