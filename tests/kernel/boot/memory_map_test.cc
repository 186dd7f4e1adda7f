// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/memory_map.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace boot {
namespace {

using kernel::MemoryKind;

class MemoryMapTest : public testing::Test {
 protected:
  // The table as text: "base-end kind" in pages.
  std::string Table() const {
    std::string text;
    for (const kernel::MemoryRange& range : handoff_->memory_ranges()) {
      text += std::to_string(range.range.base.value / 4096) + "-" +
              std::to_string(range.range.end().value / 4096) + ":" +
              std::to_string(static_cast<int>(range.kind)) + " ";
    }
    return text;
  }
  static PhysicalRange Pages(uint64_t first, uint64_t end) {
    return {{first * 4096}, (end - first) * 4096};
  }

  std::unique_ptr<kernel::Handoff> handoff_ = std::make_unique<kernel::Handoff>();
  MemoryMap map_{*handoff_};
};

TEST_F(MemoryMapTest, RamIsFreeInWholePagesAndAscending) {
  EXPECT_TRUE(map_.AddRam({{100 * 4096 + 1}, 10 * 4096}));
  EXPECT_TRUE(map_.AddRam(Pages(10, 20)));

  EXPECT_EQ(Table(), "10-20:1 101-110:1 ");
}

TEST_F(MemoryMapTest, OverlappingRamIsCountedOnceAndKeepsWhatItWas) {
  EXPECT_TRUE(map_.AddRam(Pages(10, 20)));
  EXPECT_TRUE(map_.Reserve(Pages(12, 14), MemoryKind::kZbi));
  EXPECT_TRUE(map_.AddRam(Pages(5, 30)));

  EXPECT_EQ(Table(), "5-12:1 12-14:4 14-30:1 ");
  EXPECT_EQ(map_.BytesOf(MemoryKind::kFree), 23u * 4096);
}

TEST_F(MemoryMapTest, ReservationTakesTouchedPagesAndTheFirstOneWins) {
  EXPECT_TRUE(map_.AddRam(Pages(10, 20)));
  EXPECT_TRUE(map_.Reserve({{12 * 4096 + 5}, 4096}, MemoryKind::kBootData));
  EXPECT_TRUE(map_.Reserve(Pages(11, 40), MemoryKind::kReserved));

  EXPECT_EQ(Table(), "10-11:1 11-12:5 12-14:3 14-20:5 ");
}

TEST_F(MemoryMapTest, ReservationAtTheFirstRangeCoversLaterRangesToo) {
  EXPECT_TRUE(map_.AddRam(Pages(10, 20)));
  EXPECT_TRUE(map_.AddRam(Pages(30, 40)));
  EXPECT_TRUE(map_.Reserve(Pages(0, 35), MemoryKind::kReserved));

  EXPECT_EQ(Table(), "10-20:5 30-35:5 35-40:1 ");
}

TEST_F(MemoryMapTest, RemovedPagesAreForgotten) {
  EXPECT_TRUE(map_.AddRam(Pages(10, 20)));
  EXPECT_TRUE(map_.AddRam(Pages(30, 40)));
  EXPECT_TRUE(map_.Remove(Pages(0, 32)));

  EXPECT_EQ(Table(), "32-40:1 ");
  EXPECT_FALSE(map_.IsRam(Pages(10, 11)));
}

TEST_F(MemoryMapTest, AllocationIsLowAlignedAndBelowTheLimit) {
  EXPECT_TRUE(map_.AddRam(Pages(3, 20)));

  const auto first = map_.Allocate(2 * 4096, 4 * 4096, MemoryKind::kKernel);
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, Pages(4, 6));
  EXPECT_EQ(Table(), "3-4:1 4-6:2 6-20:1 ");
  EXPECT_FALSE(map_.Allocate(4096 * 2, 4096, MemoryKind::kKernel, 7 * 4096));
  EXPECT_FALSE(map_.Allocate(15 * 4096, 4096, MemoryKind::kKernel));
}

TEST_F(MemoryMapTest, NeighboursOfOneKindAreOneRange) {
  EXPECT_TRUE(map_.AddRam(Pages(0, 10)));
  EXPECT_TRUE(map_.AddRam(Pages(10, 20)));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(map_.Allocate(4096, 4096, MemoryKind::kKernel));

  EXPECT_EQ(Table(), "0-5:2 5-20:1 ");
}

TEST_F(MemoryMapTest, FullTableIsReportedAndNothingIsWrittenBeyondIt) {
  for (size_t i = 0; i < kernel::Handoff::kMaxMemoryRanges; ++i) {
    EXPECT_TRUE(map_.AddRam(Pages(4 * i, 4 * i + 2)));
  }

  EXPECT_FALSE(map_.AddRam(Pages(10000, 10001)));
  EXPECT_FALSE(map_.Reserve(Pages(4, 5), MemoryKind::kReserved));
  EXPECT_LE(handoff_->memory_range_count, kernel::Handoff::kMaxMemoryRanges);
}

TEST_F(MemoryMapTest, RangesAtTheEndOfTheAddressSpaceDoNotWrap) {
  EXPECT_TRUE(map_.AddRam({{~uint64_t{0} - 8191}, 8192}));
  EXPECT_TRUE(map_.AddRam({{~uint64_t{0} - 10}, 10}));
  EXPECT_TRUE(map_.AddRam({{4096}, ~uint64_t{0}}));

  EXPECT_EQ(handoff_->memory_range_count, 1u);
  EXPECT_FALSE(map_.IsRam({{~uint64_t{0} - 4095}, 8192}));
}

TEST_F(MemoryMapTest, RamIsKnownAcrossRangesOfDifferentKinds) {
  EXPECT_TRUE(map_.AddRam(Pages(0, 20)));
  EXPECT_TRUE(map_.Reserve(Pages(5, 6), MemoryKind::kReserved));

  EXPECT_TRUE(map_.IsRam(Pages(1, 19)));
  EXPECT_FALSE(map_.IsRam(Pages(19, 21)));
}

}  // namespace
}  // namespace boot
