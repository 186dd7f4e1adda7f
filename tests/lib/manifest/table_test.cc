// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/table.h"

#include <gtest/gtest.h>

#include <cstring>

#include "lib/base/sha256.h"
#include "lib/manifest/builder.h"

namespace manifest {
namespace {

using Bytes = std::vector<std::byte>;

ComponentSpec Eager(std::string name) {
  ComponentSpec spec;
  spec.moniker = "/" + name;
  spec.url = "fuchsia-boot:///#meta/" + name + ".cm";
  spec.binary = "bin/" + name;
  spec.startup = Startup::kEager;
  return spec;
}

SystemSpec Sample() {
  SystemSpec system;
  system.components = {Eager("hello"), Eager("clock")};
  system.components[0].args = {"--name", "world"};
  system.components[0].environ = {"LOG=debug"};
  system.policy = {{Privilege::kCreateRawProcesses, "/shell/**"}};
  return system;
}

// Makes the digest right again after a test changed the contents.
void Seal(Bytes& table) {
  const auto digest = base::Sha256::Of(std::span(table).subspan(sizeof(Header)));
  memcpy(table.data() + offsetof(Header, contents_sha256), digest.data(), digest.size());
}

Problem ProblemOf(const Bytes& table) {
  FirstProblem problem;
  EXPECT_FALSE(Table::Open(table, problem));
  EXPECT_TRUE(problem.found());
  return problem.problem();
}

Problem ProblemOf(const SystemSpec& system) { return ProblemOf(Build(system)); }

// Position of the directory entry of a section, and of the section itself.
size_t EntryOf(const Bytes& table, SectionKind kind) {
  for (size_t at = sizeof(Header);; at += sizeof(SectionEntry)) {
    SectionEntry entry;
    memcpy(&entry, table.data() + at, sizeof entry);
    if (entry.kind == kind) return at;
  }
}
size_t SectionOf(const Bytes& table, SectionKind kind) {
  SectionEntry entry;
  memcpy(&entry, table.data() + EntryOf(table, kind), sizeof entry);
  return entry.offset;
}

template <class T>
void Poke(Bytes& table, size_t offset, T value) {
  memcpy(table.data() + offset, &value, sizeof value);
}

TEST(Table, GivesBackWhatWasBuilt) {
  const Bytes bytes = Build(Sample());
  FirstProblem problem;
  const auto table = Table::Open(bytes, problem);
  ASSERT_TRUE(table) << Describe(problem.problem());

  EXPECT_EQ(table->component_count(), 2u);
  const auto hello = table->Find("/hello");
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->url(), "fuchsia-boot:///#meta/hello.cm");
  EXPECT_EQ(hello->process_name(), "hello");
  EXPECT_EQ(hello->binary(), "bin/hello");
  ASSERT_EQ(hello->args().size(), 2u);
  EXPECT_EQ(hello->args()[1], "world");
  EXPECT_EQ(hello->environ()[0], "LOG=debug");
  EXPECT_EQ(hello->timer_slack_ns(), 50'000);
  EXPECT_EQ(hello->slack_mode(), SlackMode::kLate);
  EXPECT_FALSE(table->Find("/nobody"));
}

TEST(Table, StartsInTheOrderTheSystemLists) {
  SystemSpec system = Sample();
  system.components.push_back(Eager("alarm"));
  system.components[0].wave = 1;
  const Bytes bytes = Build(system);
  FirstProblem problem;
  const auto table = Table::Open(bytes, problem);
  ASSERT_TRUE(table);

  ASSERT_EQ(table->start_count(), 3u);
  EXPECT_EQ(table->start(0).moniker(), "/clock");
  EXPECT_EQ(table->start(1).moniker(), "/alarm");
  EXPECT_EQ(table->start(2).moniker(), "/hello");
}

TEST(Table, AllowsOnlyWhatAnAllowlistNames) {
  const Bytes bytes = Build(Sample());
  FirstProblem problem;
  const auto table = Table::Open(bytes, problem);
  ASSERT_TRUE(table);

  EXPECT_TRUE(table->Allows(Privilege::kCreateRawProcesses, "/shell/child"));
  EXPECT_FALSE(table->Allows(Privilege::kCreateRawProcesses, "/shell"));
  EXPECT_FALSE(table->Allows(Privilege::kMainProcessCritical, "/shell/child"));
}

TEST(Table, IsTheSameForTheSameInput) { EXPECT_EQ(Build(Sample()), Build(Sample())); }

TEST(Table, RefusesATableOfAnotherTarget) {
  const Bytes bytes = Build(Sample());
  FirstProblem none;
  const auto table = Table::Open(bytes, none);
  ASSERT_TRUE(table);
  EXPECT_TRUE(table->SuitsTarget(kMachineArm64, 12, kAbiRevision, none));

  FirstProblem machine, page, abi;
  EXPECT_FALSE(table->SuitsTarget(kMachineX64, 12, kAbiRevision, machine));
  EXPECT_EQ(machine.problem(), Problem::kForeignMachine);
  EXPECT_FALSE(table->SuitsTarget(kMachineArm64, 14, kAbiRevision, page));
  EXPECT_EQ(page.problem(), Problem::kForeignPageSize);
  EXPECT_FALSE(table->SuitsTarget(kMachineArm64, 12, kAbiRevision - 1, abi));
  EXPECT_EQ(abi.problem(), Problem::kNewerAbi);
}

TEST(Table, NamesEachHeaderProblem) {
  const Bytes good = Build(Sample());
  const auto with = [&](size_t offset, auto value) {
    Bytes table = good;
    Poke(table, offset, value);
    return ProblemOf(table);
  };
  EXPECT_EQ(ProblemOf(Bytes(good.begin(), good.begin() + 100)), Problem::kTooShort);
  EXPECT_EQ(with(0, 'X'), Problem::kBadMagic);
  EXPECT_EQ(with(offsetof(Header, major), uint16_t{2}), Problem::kUnknownMajor);
  EXPECT_EQ(with(offsetof(Header, total_size), uint32_t{4}), Problem::kBadTotalSize);
  EXPECT_EQ(with(offsetof(Header, header_size), uint32_t{64}), Problem::kBadHeaderSize);
  EXPECT_EQ(with(offsetof(Header, policy_sha256), 'X'), Problem::kPolicyDigestMismatch);
  EXPECT_EQ(with(offsetof(Header, section_count), uint32_t{65}), Problem::kTooManySections);
  EXPECT_EQ(with(good.size() - 1, 'X'), Problem::kDigestMismatch);
}

TEST(Table, NamesEachDirectoryProblem) {
  const Bytes good = Build(Sample());
  const size_t entry = EntryOf(good, SectionKind::kComponents);
  const auto with = [&](size_t offset, uint32_t value) {
    Bytes table = good;
    Poke(table, entry + offset, value);
    Seal(table);
    return ProblemOf(table);
  };
  EXPECT_EQ(with(offsetof(SectionEntry, offset), 0xffff'fff8), Problem::kSectionOutside);
  EXPECT_EQ(with(offsetof(SectionEntry, size), 0xffff'ffff), Problem::kSectionOutside);
  EXPECT_EQ(with(offsetof(SectionEntry, offset), 129), Problem::kSectionMisaligned);
  EXPECT_EQ(with(offsetof(SectionEntry, kind), 1), Problem::kSectionTwice);
  EXPECT_EQ(with(offsetof(SectionEntry, kind), 99), Problem::kSectionMissing);
  EXPECT_EQ(with(offsetof(SectionEntry, record_size), 8), Problem::kBadRecordSize);
  EXPECT_EQ(with(offsetof(SectionEntry, count), 3), Problem::kBadRecordSize);
}

TEST(Table, NamesEachComponentProblem) {
  const auto with = [](auto change) {
    SystemSpec system = Sample();
    change(system.components[0]);
    return ProblemOf(system);
  };
  EXPECT_EQ(with([](auto& c) { c.moniker = "hello"; }), Problem::kBadMoniker);
  EXPECT_EQ(with([](auto& c) { c.moniker = "/clock"; }), Problem::kMonikersNotAscending);
  EXPECT_EQ(with([](auto& c) { c.url = ""; }), Problem::kBadUrl);
  EXPECT_EQ(with([](auto& c) { c.binary = "../hello"; }), Problem::kBadBinaryPath);
  EXPECT_EQ(with([](auto& c) { c.environ = {"LOG"}; }), Problem::kBadEnvironEntry);
  EXPECT_EQ(with([](auto& c) { c.args = {std::string("a\0b", 3)}; }), Problem::kStringWithNul);
  EXPECT_EQ(with([](auto& c) { c.args.assign(257, "a"); }), Problem::kListTooLong);
  EXPECT_EQ(with([](auto& c) { c.flags = 1u << 31; }), Problem::kUnknownFlag);
  EXPECT_EQ(with([](auto& c) { c.stdout_sink = Sink{9}; }), Problem::kUnknownEnumerator);
  EXPECT_EQ(with([](auto& c) { c.timer_slack_ns = -1; }), Problem::kNegativeSlack);
  EXPECT_EQ(with([](auto& c) { c.flags = static_cast<uint32_t>(Flag::kSharedProcess); }),
            Problem::kSharedWithoutRawProcesses);
}

TEST(Table, NamesEachReferenceProblem) {
  const Bytes good = Build(Sample());
  const auto with = [&](SectionKind kind, size_t offset, uint32_t value) {
    Bytes table = good;
    Poke(table, SectionOf(good, kind) + offset, value);
    Seal(table);
    return ProblemOf(table);
  };
  constexpr auto kComponents = SectionKind::kComponents;
  EXPECT_EQ(with(kComponents, offsetof(ComponentRecord, url), 0xffff), Problem::kStringOutside);
  EXPECT_EQ(with(kComponents, offsetof(ComponentRecord, args), 0xffff), Problem::kListOutside);
  EXPECT_EQ(with(SectionKind::kStringLists, 0, 0xffff), Problem::kStringOutside);
  EXPECT_EQ(with(SectionKind::kStartOrder, 0, 7), Problem::kStartOrderOutside);
  EXPECT_EQ(with(SectionKind::kStartOrder, 4, 1), Problem::kStartOrderTwice);
}

TEST(Table, KeepsStartOrderAndStartupInAgreement) {
  SystemSpec system = Sample();
  Bytes table = Build(system);
  const size_t record = SectionOf(table, SectionKind::kComponents);
  Poke(table, record + offsetof(ComponentRecord, startup), Startup::kLazy);
  Seal(table);
  EXPECT_EQ(ProblemOf(table), Problem::kStartOrderNotEager);

  system.components[0].startup = Startup::kLazy;
  table = Build(system);
  Poke(table,
       SectionOf(table, SectionKind::kComponents) + sizeof(ComponentRecord) +
           offsetof(ComponentRecord, startup),
       Startup::kEager);
  Seal(table);
  EXPECT_EQ(ProblemOf(table), Problem::kEagerNotInStartOrder);
}

TEST(Table, NamesEachOrderProblem) {
  SystemSpec system = Sample();  // records: clock 0, hello 1
  system.components[0].wave = 1;
  const Bytes good = Build(system);
  // With other entries in an order.
  const auto with = [&](SectionKind kind, uint32_t first, uint32_t second) {
    Bytes table = good;
    Poke(table, SectionOf(good, kind), first);
    Poke(table, SectionOf(good, kind) + sizeof(uint32_t), second);
    Seal(table);
    return ProblemOf(table);
  };
  EXPECT_EQ(with(SectionKind::kStartOrder, 1, 0), Problem::kStartOrderDescends);
  EXPECT_EQ(with(SectionKind::kStopOrder, 0, 1), Problem::kStopOrderAscends);
  EXPECT_EQ(with(SectionKind::kStopOrder, 1, 2), Problem::kStopOrderOutside);
  EXPECT_EQ(with(SectionKind::kStopOrder, 1, 1), Problem::kStopOrderTwice);
}

// With an empty section.
Bytes WithoutRecords(Bytes table, SectionKind kind) {
  const size_t entry = EntryOf(table, kind);
  Poke(table, entry + offsetof(SectionEntry, size), uint32_t{0});
  Poke(table, entry + offsetof(SectionEntry, count), uint32_t{0});
  Seal(table);
  return table;
}

TEST(Table, HasEveryComponentInTheStopOrderAndOneSystemRecord) {
  const Bytes good = Build(Sample());
  EXPECT_EQ(ProblemOf(WithoutRecords(good, SectionKind::kStopOrder)), Problem::kNotInStopOrder);
  EXPECT_EQ(ProblemOf(WithoutRecords(good, SectionKind::kSystem)), Problem::kBadSystemRecord);
}

TEST(Table, HasAtMostAThousandComponents) {
  SystemSpec system;
  for (uint32_t i = 0; i < kMaxComponents; ++i) {
    system.components.push_back(Eager("c" + std::to_string(i)));
  }
  FirstProblem problem;
  EXPECT_TRUE(Table::Open(Build(system), problem));
  system.components.push_back(Eager("one_more"));
  EXPECT_EQ(ProblemOf(system), Problem::kTooManyComponents);
}

TEST(Table, RefusesBadPolicy) {
  SystemSpec system = Sample();
  system.policy = {{Privilege::kMainProcessCritical, "/a*"}};
  EXPECT_EQ(ProblemOf(system), Problem::kBadPattern);
  system.policy = {{Privilege{99}, "/a"}};
  EXPECT_EQ(ProblemOf(system), Problem::kUnknownPrivilege);
}

TEST(Table, ReadsATableOfALaterMinorVersion) {
  // Longer header and records, and a section this version does not know.
  const Bytes old = Build(Sample());
  Header header;
  memcpy(&header, old.data(), sizeof header);
  Bytes table(old.begin(), old.begin() + sizeof(Header));
  table.resize(sizeof(Header) + 8);
  const uint32_t new_directory = static_cast<uint32_t>(table.size());
  const uint32_t moved = 8 + static_cast<uint32_t>(sizeof(SectionEntry));
  for (uint32_t i = 0; i < header.section_count; ++i) {
    SectionEntry entry;
    memcpy(&entry, old.data() + sizeof(Header) + i * sizeof entry, sizeof entry);
    entry.offset += moved;
    const auto* bytes = reinterpret_cast<const std::byte*>(&entry);
    table.insert(table.end(), bytes, bytes + sizeof entry);
  }
  const SectionEntry unknown = {SectionKind{77}, new_directory, 8, 1, 8, 0};
  const auto* bytes = reinterpret_cast<const std::byte*>(&unknown);
  table.insert(table.end(), bytes, bytes + sizeof unknown);
  table.insert(table.end(), old.begin() + sizeof(Header) + header.section_count * sizeof unknown,
               old.end());
  Poke(table, offsetof(Header, minor), uint16_t{1});
  Poke(table, offsetof(Header, header_size), new_directory);
  Poke(table, offsetof(Header, section_count), header.section_count + 1);
  Poke(table, offsetof(Header, total_size), static_cast<uint32_t>(table.size()));
  const auto digest = base::Sha256::Of(std::span(table).subspan(new_directory));
  Poke(table, offsetof(Header, contents_sha256), digest);

  FirstProblem problem;
  const auto opened = Table::Open(table, problem);
  ASSERT_TRUE(opened) << Describe(problem.problem());
  EXPECT_TRUE(opened->Find("/hello"));
}

TEST(Table, SurvivesEveryTruncationAndEverySingleByteChange) {
  const Bytes good = Build(Sample());
  for (size_t size = 0; size < good.size(); ++size) {
    ProblemOf(Bytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(size)));
  }
  for (size_t i = sizeof(Header); i < good.size(); ++i) {
    for (const auto flip : {std::byte{1}, std::byte{0x80}, std::byte{0xff}}) {
      Bytes table = good;
      table[i] ^= flip;
      Seal(table);
      FirstProblem problem;
      const auto opened = Table::Open(table, problem);
      EXPECT_NE(opened.has_value(), problem.found());
    }
  }
}

TEST(Problem, HasATextForEach) {
  for (uint8_t i = 0; i < static_cast<uint8_t>(Problem::kCount); ++i) {
    EXPECT_NE(Describe(Problem{i}), "unknown problem") << int{i};
  }
}

}  // namespace
}  // namespace manifest
