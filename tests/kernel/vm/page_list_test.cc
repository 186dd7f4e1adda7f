// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/page_list.h"

#include <map>
#include <random>

#include "tests/kernel/vm/machine.h"

namespace {

class PageList : public Machine {};

TEST_F(PageList, EqualsAMapUnderRandomOperations) {
  const vm::HeapCounts before = vm::LiveHeap();
  std::mt19937_64 random(5);
  for (int round = 0; round < 30; ++round) {
    vm::PageList list;
    std::map<uint64_t, uint64_t> model;
    // From dense to spread over the whole range.
    const uint64_t mask = UINT64_MAX >> (12 + random() % 50);
    for (int step = 0; step < 2000; ++step) {
      const uint64_t index = random() & mask;
      if (random() % 8) {
        vm::PageList::Slot* slot = list.FindOrCreate(index);
        ASSERT_NE(slot, nullptr);
        ASSERT_EQ(slot->present(), model.contains(index));
        const uint64_t page = random() << 12;
        slot->Set({page});
        model[index] = page;
      } else {
        const uint64_t end = index + (random() & mask) / 16 + 1;
        auto expected = model.lower_bound(index);
        list.RemoveRange(index, end, [&](PhysicalAddress page) {
          ASSERT_EQ(page.value, expected->second);
          expected = model.erase(expected);
        });
        ASSERT_TRUE(expected == model.end() || expected->first >= end);
      }
      vm::PageList::Slot* slot = list.Find(index);
      ASSERT_EQ(slot && slot->present(), model.contains(index));
    }
    auto expected = model.begin();
    list.ForEach(0, UINT64_MAX, [&](uint64_t index, vm::PageList::Slot& slot) {
      EXPECT_EQ(index, expected->first);
      EXPECT_EQ(slot.page().value, expected->second);
      ++expected;
      return true;
    });
    EXPECT_EQ(expected, model.end());
    list.RemoveRange(0, UINT64_MAX, [](PhysicalAddress) {});
    EXPECT_EQ(vm::LiveHeap(), before);
  }
}

TEST_F(PageList, EmptyRangeTouchesNothing) {
  vm::PageList list;
  list.FindOrCreate(0)->Set({0x1000});
  list.RemoveRange(0, 0, [](PhysicalAddress) { FAIL(); });
  EXPECT_TRUE(list.Find(0)->present());
  list.RemoveRange(0, 1, [](PhysicalAddress) {});
}

TEST_F(PageList, OnePageNeedsNoMemory) {
  const vm::HeapCounts before = vm::LiveHeap();
  vm::PageList list;
  list.FindOrCreate(0)->Set({0x1000});
  EXPECT_EQ(vm::LiveHeap(), before);
  list.RemoveRange(0, 1, [](PhysicalAddress) {});
}

}  // namespace
