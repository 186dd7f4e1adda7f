// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/page_allocator.h"

#include <cstring>
#include <map>
#include <random>
#include <vector>

#include "arch/layout.h"
#include "tests/kernel/vm/machine.h"

namespace {

using arch::kPageSize;
using vm::Fill;
using vm::PageUse;

class PageAllocator : public Machine {};

bool IsFilledWith(PhysicalAddress page, int value) {
  const std::byte* memory = arch::PhysmapAddress(page);
  for (size_t i = 0; i < kPageSize; ++i) {
    if (memory[i] != std::byte(value)) return false;
  }
  return true;
}

TEST_F(PageAllocator, ZeroedPageIsZeroAfterReuse) {
  const PhysicalAddress first = *pages().AllocatePage(Fill::kKeep, PageUse::kVmo);
  memset(arch::PhysmapAddress(first), 0x77, kPageSize);
  pages().FreePage(first, PageUse::kVmo);

  const PhysicalAddress second = *pages().AllocatePage(Fill::kZero, PageUse::kVmo);

  EXPECT_EQ(second, first);
  EXPECT_TRUE(IsFilledWith(second, 0));
  pages().FreePage(second, PageUse::kVmo);
}

TEST_F(PageAllocator, EveryPageCanBeUsedAndComesBack) {
  const vm::PageCounts before = pages().counts();
  std::vector<PhysicalAddress> taken;
  while (auto page = pages().AllocatePage(Fill::kKeep, PageUse::kOther)) taken.push_back(*page);

  EXPECT_EQ(taken.size(), before.free);
  EXPECT_EQ(pages().counts().free, 0u);
  std::map<uint64_t, int> seen;
  for (PhysicalAddress page : taken) ++seen[page.value];
  EXPECT_EQ(seen.size(), taken.size());
  for (PhysicalAddress page : taken) pages().FreePage(page, PageUse::kOther);
  EXPECT_EQ(pages().counts().free, before.free);
}

TEST_F(PageAllocator, FreedPagesJoinIntoTheLargestBlocks) {
  std::vector<PhysicalAddress> taken;
  while (auto page = pages().AllocatePage(Fill::kKeep, PageUse::kOther)) taken.push_back(*page);
  for (PhysicalAddress page : taken) pages().FreePage(page, PageUse::kOther);
  pages().FlushCache();

  const auto block = pages().AllocateContiguous(512, PageUse::kHeap);

  ASSERT_TRUE(block);
  EXPECT_EQ(block->value % (512 * kPageSize), 0u);
  EXPECT_EQ(pages().FreeContiguous(*block, PageUse::kHeap), 512u);
}

TEST_F(PageAllocator, StartTouchesAFewPagesWhateverTheAmountOfRam) {
  // Fresh host RAM holds a pattern; what start-up writes shows.
  Start(64 * 1024);
  size_t touched = 0;
  for (uint64_t offset = 0; offset < arch::host::Ram().size; offset += kPageSize) {
    touched += !IsFilledWith(arch::kRamBase + offset, 0xa5);
  }
  // One chunk of records, the bitmap, the zero page.
  EXPECT_LE(touched, 4u);
}

TEST_F(PageAllocator, BootDataIsUsedUntilReleased) {
  arch::host::ResetRam(1024);
  const PhysicalRange ram = arch::host::Ram();
  const PhysicalRange data{ram.base + 100 * kPageSize, 37 * kPageSize};
  const kernel::MemoryRange memory[] = {
      {{ram.base, 100 * kPageSize}, kernel::MemoryKind::kFree},
      {data, kernel::MemoryKind::kBootData},
      {{data.end(), ram.end() - data.end()}, kernel::MemoryKind::kFree}};
  vm::Init(memory);
  const vm::PageCounts before = pages().counts();
  EXPECT_EQ(before.total, 1024u);

  pages().Release(data);

  EXPECT_EQ(pages().counts().free, before.free + 37);
  std::vector<PhysicalAddress> taken;
  size_t inside = 0;
  while (auto page = pages().AllocatePage(Fill::kKeep, PageUse::kOther)) {
    inside += data.Contains(*page);
    taken.push_back(*page);
  }
  EXPECT_EQ(inside, 37u);
  for (PhysicalAddress page : taken) pages().FreePage(page, PageUse::kOther);
}

TEST_F(PageAllocator, IslandsOfRamAndReservedHolesAreKeptApart) {
  arch::host::ResetRam(20000);
  const PhysicalAddress ram = arch::host::Ram().base;
  const auto at = [&](uint64_t page) { return ram + page * kPageSize; };
  const kernel::MemoryRange memory[] = {{{at(3), 5 * kPageSize}, kernel::MemoryKind::kFree},
                                        {{at(8), 10 * kPageSize}, kernel::MemoryKind::kKernel},
                                        {{at(18), 700 * kPageSize}, kernel::MemoryKind::kFree},
                                        {{at(10000), 1000 * kPageSize}, kernel::MemoryKind::kFree}};
  vm::Init(memory);
  EXPECT_EQ(pages().counts().total, 1705u);

  std::vector<PhysicalAddress> taken;
  while (auto page = pages().AllocatePage(Fill::kKeep, PageUse::kOther)) taken.push_back(*page);

  EXPECT_EQ(pages().counts().free, 0u);
  for (PhysicalAddress page : taken) {
    const uint64_t number = (page - ram) / kPageSize;
    EXPECT_TRUE((number >= 3 && number < 8) || (number >= 18 && number < 718) ||
                (number >= 10000 && number < 11000));
    pages().FreePage(page, PageUse::kOther);
  }
}

TEST_F(PageAllocator, SharedPageIsFreedByTheLastShare) {
  const vm::PageCounts before = pages().counts();
  const PhysicalAddress page = *pages().AllocatePage(Fill::kZero, PageUse::kVmo);
  EXPECT_FALSE(pages().IsShared(page));

  pages().AddShare(page);
  EXPECT_TRUE(pages().IsShared(page));
  pages().DropShare(page);
  EXPECT_FALSE(pages().IsShared(page));
  EXPECT_EQ(pages().counts().free, before.free - 1);
  pages().DropShare(page);

  EXPECT_EQ(pages().counts().free, before.free);
}

TEST_F(PageAllocator, AdoptedBootImageBelongsToVmos) {
  arch::host::ResetRam(1024);
  const PhysicalRange ram = arch::host::Ram();
  const PhysicalRange zbi{ram.base + 513 * kPageSize, 3 * kPageSize};
  const kernel::MemoryRange memory[] = {{{ram.base, 513 * kPageSize}, kernel::MemoryKind::kFree},
                                        {zbi, kernel::MemoryKind::kZbi}};
  vm::Init(memory);
  const vm::PageCounts before = pages().counts();

  pages().Adopt(zbi);

  EXPECT_EQ(pages().counts().used_by(PageUse::kVmo), 3u);
  EXPECT_EQ(pages().counts().free, before.free);
  for (int i = 0; i < 3; ++i) pages().DropShare(zbi.base + static_cast<uint64_t>(i) * kPageSize);
  EXPECT_EQ(pages().counts().free, before.free + 3);
}

// Against a map from pages to owners.
TEST_F(PageAllocator, NeverGivesAPageTwiceUnderRandomOperations) {
  struct Run {
    PhysicalAddress first;
    size_t count;
  };
  std::mt19937_64 random(7);
  std::vector<Run> runs;
  std::map<uint64_t, bool> owned;
  const vm::PageCounts before = pages().counts();
  uint64_t used = 0;

  for (int step = 0; step < 40'000; ++step) {
    arch::host::SetCpu(random() % 4);
    if (random() % 100 < 55) {
      const size_t count = random() % 8 ? 1 : 1 + random() % 70;
      const auto first = count == 1 ? pages().AllocatePage(Fill::kKeep, PageUse::kHeap)
                                    : pages().AllocateContiguous(count, PageUse::kHeap);
      if (!first) continue;
      for (size_t i = 0; i < count; ++i) {
        bool& taken = owned[first->value + i * kPageSize];
        ASSERT_FALSE(taken);
        taken = true;
      }
      runs.push_back({*first, count});
      used += count;
    } else if (!runs.empty()) {
      std::swap(runs[random() % runs.size()], runs.back());
      const Run run = runs.back();
      runs.pop_back();
      for (size_t i = 0; i < run.count; ++i) owned[run.first.value + i * kPageSize] = false;
      ASSERT_EQ(pages().FreeContiguous(run.first, PageUse::kHeap), run.count);
      used -= run.count;
    }
    ASSERT_EQ(pages().counts().used_by(PageUse::kHeap), used);
    if (step % 4096 == 0) {
      TextSink sink;
      ASSERT_TRUE(pages().Audit(sink)) << sink.text();
    }
  }
  for (const Run& run : runs) pages().FreeContiguous(run.first, PageUse::kHeap);
  EXPECT_EQ(pages().counts().free, before.free);
}

TEST_F(PageAllocator, SecondFreeStopsTheMachine) {
  EXPECT_DEATH(
      {
        const PhysicalAddress again = *pages().AllocatePage(Fill::kKeep, PageUse::kVmo);
        pages().FreePage(again, PageUse::kVmo);
        pages().FreePage(again, PageUse::kVmo);
      },
      "");
}

}  // namespace
