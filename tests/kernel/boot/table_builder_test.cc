// SPDX-License-Identifier: BSD-2-Clause
// With the table format of arm64; the builder itself knows no format.
#include "kernel/boot/table_builder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

namespace boot {
namespace {

using arch::boot::Protection;

constexpr uint64_t kPage = 4096;
constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr uint64_t kGiB = uint64_t{1} << 30;

class TableBuilderTest : public testing::Test {
 protected:
  static constexpr size_t kArenaPages = 16;

  TableBuilderTest() : arena_(std::aligned_alloc(kPage, kArenaPages * kPage)) {
    EXPECT_TRUE(memory_.AddRam({{reinterpret_cast<uintptr_t>(arena_)}, kArenaPages * kPage}));
  }
  ~TableBuilderTest() override { std::free(arena_); }

  // What the processor would find: the leaf's entry and its level.
  struct Leaf {
    uint64_t entry = 0;
    unsigned level = 0;
  };
  Leaf Walk(uint64_t address) const {
    auto* table = reinterpret_cast<const uint64_t*>(tables_.root().value);
    for (unsigned level = 3;; --level) {
      const uint64_t entry = table[(address >> (12 + 9 * level)) & 511];
      if (level == 0 || !arch::boot::IsTable(entry)) return {entry, level};
      table = reinterpret_cast<const uint64_t*>(arch::boot::TableAddress(entry));
    }
  }
  uint64_t TablePages() const { return memory_.BytesOf(kernel::MemoryKind::kKernel) / kPage; }

  void* arena_;
  std::unique_ptr<kernel::Handoff> handoff_ = std::make_unique<kernel::Handoff>();
  MemoryMap memory_{*handoff_};
  TableBuilder tables_{memory_, ~uint64_t{0}};
};

TEST_F(TableBuilderTest, EveryPageOfAMixedRangeIsMappedWithTheLargestEntries) {
  const uint64_t base = kGiB - 2 * kMiB - kPage;
  const uint64_t size = kPage + 2 * kMiB + kGiB + 2 * kMiB + kPage;
  ASSERT_TRUE(tables_.Map({0xffff'0000'0000'0000 + base}, {base}, size, Protection::kReadWrite));

  for (uint64_t at = base; at < base + size; at += kPage) {
    const Leaf leaf = Walk(at);
    const uint64_t inside = (kPage << (9 * leaf.level)) - 1;
    ASSERT_EQ(leaf.entry & 1, 1u) << at;
    ASSERT_EQ((leaf.entry & 0x0000'ffff'ffff'f000 & ~inside) + (at & inside), at);
  }
  EXPECT_EQ(Walk(base).level, 0u);
  EXPECT_EQ(Walk(base + kPage).level, 1u);
  EXPECT_EQ(Walk(kGiB).level, 2u);
  EXPECT_EQ(Walk(2 * kGiB).level, 1u);
  EXPECT_EQ(Walk(2 * kGiB + 2 * kMiB).level, 0u);
  EXPECT_EQ(Walk(base - kPage).entry & 1, 0u);
  EXPECT_EQ(Walk(base + size).entry & 1, 0u);
}

TEST_F(TableBuilderTest, MemoryOfAnySizeCostsAFewTables) {
  ASSERT_TRUE(tables_.Map({0xffff'0000'0000'0000}, {0}, 512 * kGiB, Protection::kReadWrite));

  EXPECT_EQ(TablePages(), 2u);
}

TEST_F(TableBuilderTest, MisalignedPairsUseSmallEntries) {
  ASSERT_TRUE(tables_.Map({0xffff'0000'0020'0000}, {0x1000}, 2 * kMiB, Protection::kReadOnly));

  EXPECT_EQ(Walk(0x20'0000).level, 0u);
  EXPECT_EQ(Walk(0x3f'f000).entry & 0x0000'ffff'ffff'f000, 0x20'0000u);
}

TEST_F(TableBuilderTest, MappingTwiceIsRefused) {
  ASSERT_TRUE(tables_.Map({0xffff'0000'0000'0000}, {0}, 4 * kMiB, Protection::kReadWrite));

  EXPECT_FALSE(tables_.Map({0xffff'0000'0000'0000 + 2 * kMiB}, {0}, kPage, Protection::kReadOnly));
  EXPECT_FALSE(tables_.Map({0xffff'0000'0000'0000}, {0}, 2 * kMiB, Protection::kReadOnly));
}

TEST_F(TableBuilderTest, RunningOutOfMemoryForTablesIsReported) {
  uint64_t at = 0xffff'0000'0000'0000;
  bool mapped = true;
  for (int i = 0; i < 32 && mapped; ++i, at += kGiB) {
    mapped = tables_.Map({at}, {0}, kPage, Protection::kReadOnly);
  }

  EXPECT_FALSE(mapped);
}

TEST_F(TableBuilderTest, NothingIsWritableAndExecutable) {
  constexpr uint64_t kReadOnly = uint64_t{1} << 7;
  constexpr uint64_t kNeverExecuted = uint64_t{1} << 53;
  for (const Protection protection : {Protection::kReadOnly, Protection::kReadWrite,
                                      Protection::kReadExecute, Protection::kDevice}) {
    const uint64_t entry = arch::boot::LeafEntry(0, protection, 0);
    EXPECT_TRUE((entry & kReadOnly) != 0 || (entry & kNeverExecuted) != 0);
  }
}

}  // namespace
}  // namespace boot
