// SPDX-License-Identifier: BSD-2-Clause
#include "lib/acpi/tables.h"

#include <gtest/gtest.h>

#include "lib/acpi/hardware.h"
#include "lib/acpi/processors.h"
#include "tests/lib/acpi/fake_memory.h"

namespace acpi {
namespace {

TEST(AcpiTables, BothRootsLeadToTheTables) {
  for (const bool wide : {false, true}) {
    FakeMemory memory;
    const uint64_t first = memory.PutEmpty("HPET");
    memory.PutRoot({first, memory.PutEmpty("MCFG")}, wide);
    auto problem = Problem::kEntry;

    const auto tables = Tables::Open(memory, FakeMemory::kRsdp, problem);

    ASSERT_TRUE(tables) << Describe(problem);
    EXPECT_EQ(problem, Problem::kNone);
    EXPECT_EQ(tables->count(), 2u);
    EXPECT_TRUE(tables->At(0)->Is("HPET"));
    EXPECT_TRUE(tables->Find("MCFG"));
    EXPECT_FALSE(tables->Find("APIC"));
    EXPECT_FALSE(tables->At(2));
  }
}

TEST(AcpiTables, EveryWayToFailIsNamed) {
  FakeMemory memory;
  memory.PutRoot({memory.PutEmpty("HPET")}, true);
  auto problem = Problem::kNone;
  EXPECT_FALSE(Tables::Open(memory, 0x8000'0000, problem));
  EXPECT_EQ(problem, Problem::kNoRoot);

  memory.bytes()[FakeMemory::kRsdp + 9] ^= std::byte{1};
  EXPECT_FALSE(Tables::Open(memory, FakeMemory::kRsdp, problem));
  EXPECT_EQ(problem, Problem::kNoRoot);
  memory.bytes()[FakeMemory::kRsdp + 9] ^= std::byte{1};

  memory.bytes()[0x1040 + 20] ^= std::byte{1};
  EXPECT_FALSE(Tables::Open(memory, FakeMemory::kRsdp, problem));
  EXPECT_EQ(problem, Problem::kRootTable);
}

TEST(AcpiTables, ADamagedTableIsSkippedByFind) {
  FakeMemory memory;
  const uint64_t first = memory.PutEmpty("HPET");
  const uint64_t second = memory.PutEmpty("HPET", 60);
  memory.PutRoot({first, second, 0xffff'ffff'ffff'fff0}, true);
  memory.bytes()[first + 30] ^= std::byte{1};
  auto problem = Problem::kNone;
  const auto tables = Tables::Open(memory, FakeMemory::kRsdp, problem);
  ASSERT_TRUE(tables);
  EXPECT_FALSE(tables->At(0));
  EXPECT_FALSE(tables->At(2));
  EXPECT_EQ(tables->Find("HPET")->size(), 60u);
}

TEST(AcpiTables, SizesThatCannotBeAreRefused) {
  FakeMemory memory;
  const uint64_t table = memory.PutEmpty("HPET");
  for (const uint32_t size : {0u, 35u, 0x8000u, 0xffff'ffffu}) {
    std::memcpy(memory.bytes().data() + table + 4, &size, sizeof(size));
    EXPECT_FALSE(TableAt(memory, table)) << size;
  }
}

TEST(AcpiTable, FieldsBehindItsEndAreZero) {
  const std::vector<std::byte> bytes(10, std::byte{0xff});
  const Table table(bytes);
  EXPECT_EQ(table.Field<uint16_t>(8), 0xffffu);
  EXPECT_EQ(table.Field<uint32_t>(8), 0u);
  EXPECT_EQ(table.Field<uint8_t>(SIZE_MAX), 0u);
  EXPECT_EQ(table.EntryAt(8, 100).size(), 2u);
  EXPECT_EQ(table.EntryAt(10, 1).size(), 0u);
}

TEST(AcpiProcessors, AnEntryOfBadLengthEndsTheList) {
  for (const uint8_t length : {uint8_t{0}, uint8_t{1}, uint8_t{9}}) {
    std::vector<std::byte> bytes(44 + 12 + 8);
    bytes[44] = std::byte{1};
    bytes[45] = std::byte{12};
    bytes[57] = std::byte{length};
    int count = 0;
    const auto problem = Processors(Table(bytes)).ForEach([&](auto, const Table& entry) {
      EXPECT_EQ(entry.size(), 12u);
      ++count;
    });
    EXPECT_EQ(problem, Problem::kEntry);
    EXPECT_EQ(count, 1);
  }
}

TEST(AcpiProcessors, TheWideAddressReplacesTheNarrowOne) {
  std::vector<std::byte> bytes(44 + 12);
  bytes[36] = std::byte{0x10};
  EXPECT_EQ(Processors(Table(bytes)).local_apic_address(), 0x10u);
  bytes[44] = std::byte{5};
  bytes[45] = std::byte{12};
  bytes[44 + 4 + 5] = std::byte{2};
  EXPECT_EQ(Processors(Table(bytes)).local_apic_address(), 0x200'0000'0000u);
}

TEST(AcpiProcessors, EnabledAndOnlineCapableAreDifferent) {
  EXPECT_TRUE((LocalApic{.flags = 1}.enabled()));
  EXPECT_TRUE((LocalApic{.flags = 2}.online_capable()));
  EXPECT_FALSE((LocalApic{.flags = 2}.enabled()));
  EXPECT_FALSE((LocalApic{.flags = 3}.online_capable()));
  EXPECT_FALSE((LocalApic{.flags = 0}.online_capable()));
}

uint8_t SoftOff(std::vector<uint8_t> program) {
  program.insert(program.begin(), Table::kHeaderSize, 0);
  return FindSoftOffType(Table(std::as_bytes(std::span<const uint8_t>(program))));
}

TEST(AcpiFixedHardware, SoftOffTypeIsFoundInEveryEncoding) {
  EXPECT_EQ(SoftOff({8, '_', 'S', '5', '_', 0x12, 6, 4, 0x0a, 5, 0, 0}), 5);
  EXPECT_EQ(SoftOff({8, '_', 'S', '5', '_', 0x12, 6, 4, 0x0a, 0xff, 0, 0}), 7);
  EXPECT_EQ(SoftOff({8, '_', 'S', '5', '_', 0x12, 0x46, 0, 4, 0x0a, 3, 0}), 3);
  EXPECT_EQ(SoftOff({8, '_', 'S', '5', '_', 0x12, 4, 4, 1, 0, 0, 0}), 1);
  EXPECT_EQ(SoftOff({8, '_', 'S', '5', '_', 0x12, 4, 4, 0, 0, 0, 0}), 0);
  EXPECT_EQ(SoftOff({'_', 'S', '5', '_', 0x10, 0, 8, '_', 'S', '5', '_', 0x12, 4, 4, 0x0a, 2}), 2);
  EXPECT_EQ(SoftOff({8, '_', 'S', '5', '_'}), 0);
  EXPECT_EQ(SoftOff({8, '_', 'S', '5', '_', 0x12}), 0);
  EXPECT_EQ(SoftOff({}), 0);
}

TEST(AcpiFixedHardware, TheWideDsdtAddressWins) {
  std::vector<std::byte> bytes(276);
  bytes[40] = std::byte{1};
  EXPECT_EQ(FixedHardware::Read(Table(bytes)).dsdt, 1u);
  bytes[140] = std::byte{2};
  EXPECT_EQ(FixedHardware::Read(Table(bytes)).dsdt, 2u);
}

TEST(AcpiPciWindow, OnlyWholeEntriesCount) {
  const std::vector<std::byte> bytes(44 + 16 + 15);
  EXPECT_TRUE(PciWindow::Read(Table(bytes), 0));
  EXPECT_FALSE(PciWindow::Read(Table(bytes), 1));
  EXPECT_FALSE(PciWindow::Read(Table(base::Bytes(bytes).first(40)), 0));
  EXPECT_FALSE(PciWindow::Read(Table(bytes), SIZE_MAX));
}

}  // namespace
}  // namespace acpi
