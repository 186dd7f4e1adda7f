// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/handle_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <vector>

#include "kernel/object/channel.h"
#include "kernel/object/event.h"
#include "kernel/vm/fault_injection.h"

namespace kernel {
namespace {

constexpr uint32_t kSecret = 0xdead'beec;

zx_handle_t AddEvent(HandleTable& table, zx_rights_t rights = Event::kDefaultRights) {
  return *table.Add(*Event::Create(), rights);
}

TEST(HandleTable, ReservedHandleIsInvisibleUntilCommitted) {
  HandleTable table(kSecret);
  auto reservation = *table.Reserve(*Event::Create(), Event::kDefaultRights);
  const zx_handle_t value = reservation.value();
  EXPECT_EQ(table.Get<Event>(value, 0).error(), ZX_ERR_BAD_HANDLE);

  EXPECT_EQ(std::move(reservation).Commit(), value);

  EXPECT_TRUE(table.Get<Event>(value, 0));
}

TEST(HandleTable, AbandonedReservationClosesTheHandle) {
  const ObjectCounts before = CountObjects();
  HandleTable table(kSecret);

  { auto reservation = *table.Reserve(*Event::Create(), Event::kDefaultRights); }

  EXPECT_EQ(CountObjects(), before);
  EXPECT_EQ(table.count(), 0u);
}

TEST(HandleTable, EveryValueHasTheFixedBitsAndIsNotZero) {
  HandleTable table(kSecret);
  for (int i = 0; i < 2000; ++i) {
    const zx_handle_t value = AddEvent(table);
    EXPECT_EQ(value & ZX_HANDLE_FIXED_BITS_MASK, ZX_HANDLE_FIXED_BITS_MASK);
  }
}

TEST(HandleTable, ValuesWithoutTheFixedBitsAreBad) {
  HandleTable table(kSecret);
  const zx_handle_t value = AddEvent(table);
  for (zx_handle_t bits : {0u, 1u, 2u}) {
    EXPECT_EQ(table.Get<Event>((value & ~3u) | bits, 0).error(), ZX_ERR_BAD_HANDLE);
  }
}

// Whatever a program makes up, it does not reach a slot that holds no valid handle.
TEST(HandleTable, NoValueLeadsToAFreeOrReservedSlot) {
  HandleTable table(kSecret);
  const zx_handle_t closed = AddEvent(table);
  const zx_handle_t kept = AddEvent(table);
  auto reservation = *table.Reserve(*Event::Create(), Event::kDefaultRights);
  ASSERT_TRUE(table.Remove(closed));
  ASSERT_EQ(table.count(), 2u);

  // All generations and low bits with all positions of the table's only chunk.
  for (uint64_t rest = 0; rest < uint64_t{1} << 14; ++rest) {
    const auto high = static_cast<uint32_t>(rest >> 2) << 20;
    for (uint32_t index = 0; index < 256; ++index) {
      const zx_handle_t value = (high | index << 2 | (rest & 3)) ^ kSecret;
      ASSERT_EQ(table.IsValid(value), value == kept) << std::hex << value;
    }
  }
}

TEST(HandleTable, ClosedValueIsNotFoundAgain) {
  HandleTable table(kSecret);
  const zx_handle_t old = AddEvent(table);
  ASSERT_TRUE(table.Remove(old));

  for (int i = 0; i < 100'000; ++i) {
    const zx_handle_t value = AddEvent(table);
    ASSERT_NE(value, old);
    ASSERT_EQ(table.Get<Event>(old, 0).error(), ZX_ERR_BAD_HANDLE);
    ASSERT_TRUE(table.Remove(value));
  }
}

TEST(HandleTable, ErrorsComeInTheOrderValueTypeRights) {
  HandleTable table(kSecret);
  const zx_handle_t value = AddEvent(table, ZX_RIGHT_WAIT);

  EXPECT_EQ(table.Get<Channel>(value ^ 0x100, ZX_RIGHT_READ).error(), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(table.Get<Channel>(value, ZX_RIGHT_READ).error(), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(table.Get<Event>(value, ZX_RIGHT_READ).error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_TRUE(table.Get<Event>(value, ZX_RIGHT_WAIT));
}

TEST(HandleTable, DuplicateNeverAddsRights) {
  HandleTable table(kSecret);
  const zx_rights_t held = ZX_RIGHT_DUPLICATE | ZX_RIGHT_WAIT;
  const zx_handle_t value = AddEvent(table, held);

  EXPECT_EQ(table.Duplicate(value, held | ZX_RIGHT_SIGNAL).error(), ZX_ERR_INVALID_ARGS);
  const zx_handle_t fewer = *table.Duplicate(value, ZX_RIGHT_WAIT);
  EXPECT_EQ(table.GetWithRights<Event>(fewer, 0)->rights, ZX_RIGHT_WAIT);
  EXPECT_EQ(table.Duplicate(fewer, ZX_RIGHT_SAME_RIGHTS).error(), ZX_ERR_ACCESS_DENIED);
  const zx_handle_t same = *table.Duplicate(value, ZX_RIGHT_SAME_RIGHTS);
  EXPECT_EQ(table.GetWithRights<Event>(same, 0)->rights, held);
}

TEST(HandleTable, ReplaceTakesTheOldHandleEvenOnError) {
  HandleTable table(kSecret);
  const zx_handle_t value = AddEvent(table, ZX_RIGHT_WAIT);

  EXPECT_EQ(table.Replace(value, ZX_RIGHT_SIGNAL).error(), ZX_ERR_INVALID_ARGS);

  EXPECT_FALSE(table.IsValid(value));
  EXPECT_EQ(table.count(), 0u);
}

TEST(HandleTable, BatchRemovalTakesTheGoodOnesAndReportsTheBad) {
  HandleTable table(kSecret);
  const zx_handle_t first = AddEvent(table);
  const zx_handle_t second = AddEvent(table);
  HandleEntry entries[4];

  // The same value twice: the second time it is bad.
  const zx_handle_t values[] = {first, 0x13, second, first};
  EXPECT_EQ(table.RemoveAll(values, entries).error(), ZX_ERR_BAD_HANDLE);

  EXPECT_TRUE(entries[0]);
  EXPECT_FALSE(entries[1]);
  EXPECT_TRUE(entries[2]);
  EXPECT_FALSE(entries[3]);
  EXPECT_EQ(table.count(), 0u);
}

TEST(HandleTable, FullTableSaysSoAndKeepsWorking) {
  HandleTable table(kSecret);
  auto event = *Event::Create();
  std::vector<zx_handle_t> values;
  for (;;) {
    auto added = table.Add(event, Event::kDefaultRights);
    if (!added) {
      EXPECT_EQ(added.error(), ZX_ERR_NO_RESOURCES);
      break;
    }
    values.push_back(*added);
  }
  EXPECT_EQ(values.size(), HandleTable::kMaxHandles);
  EXPECT_EQ(std::set(values.begin(), values.end()).size(), values.size());

  ASSERT_TRUE(table.Remove(values[77]));
  EXPECT_TRUE(table.Add(event, Event::kDefaultRights));
}

TEST(HandleTable, ClearClosesEverything) {
  const ObjectCounts before = CountObjects();
  HandleTable table(kSecret);
  for (int i = 0; i < 1000; ++i) AddEvent(table);

  table.Clear();

  EXPECT_EQ(table.count(), 0u);
  EXPECT_EQ(CountObjects(), before);
}

TEST(HandleTable, EveryFailedAllocationIsReportedAndLeaksNothing) {
  const ObjectCounts before = CountObjects();
  uint64_t failures = 0;
  for (uint64_t n = 1;; ++n) {
    vm::FaultInjection::FailNth(n);
    {
      HandleTable table(kSecret);
      for (int i = 0; i < 1500; ++i) {
        auto event = Event::Create();
        if (!event) {
          EXPECT_EQ(event.error(), ZX_ERR_NO_MEMORY);
          continue;
        }
        auto added = table.Add(std::move(*event), Event::kDefaultRights);
        if (!added) EXPECT_EQ(added.error(), ZX_ERR_NO_MEMORY);
      }
    }
    ASSERT_EQ(CountObjects(), before);
    if (!vm::FaultInjection::fired()) break;
    ++failures;
    // Beyond the first chunk's worth all allocations are alike; look at every 97th then.
    if (n > 300) n += 96;
  }
  vm::FaultInjection::FailNth(0);
  EXPECT_GT(failures, 300u);
}

// The reference: what a table is, without generations, chunks or free lists.
struct Model {
  struct Entry {
    zx_koid_t koid;
    zx_rights_t rights;
  };
  std::map<zx_handle_t, Entry> open;
};

class ModelTest : public testing::Test {
 protected:
  static constexpr zx_rights_t kRights[] = {ZX_RIGHT_DUPLICATE, ZX_RIGHT_TRANSFER, ZX_RIGHT_WAIT,
                                            ZX_RIGHT_SIGNAL};

  uint32_t Random(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }
  zx_rights_t RandomRights() {
    zx_rights_t rights = 0;
    for (zx_rights_t right : kRights) rights |= Random(3) != 0 ? right : 0;
    return rights;
  }
  // Mostly open values, sometimes closed or invented ones.
  zx_handle_t RandomValue() {
    if (!model_.open.empty() && Random(8) != 0) {
      auto at = model_.open.lower_bound(static_cast<zx_handle_t>(random_()));
      if (at == model_.open.end()) at = model_.open.begin();
      return at->first;
    }
    if (!closed_.empty() && Random(2) != 0) return closed_[Random(static_cast<uint32_t>(closed_.size()))];
    return static_cast<zx_handle_t>(random_());
  }
  const Model::Entry* Find(zx_handle_t value) {
    auto at = model_.open.find(value);
    return at == model_.open.end() ? nullptr : &at->second;
  }
  void Close(zx_handle_t value) {
    model_.open.erase(value);
    if (closed_.size() < 1000) {
      closed_.push_back(value);
    } else {
      closed_[Random(1000)] = value;
    }
  }
  void Open(zx_handle_t value, zx_koid_t koid, zx_rights_t rights) {
    ASSERT_EQ(Find(value), nullptr);
    // The model may have closed this value long ago; then it is open again.
    std::erase(closed_, value);
    model_.open[value] = {koid, rights};
  }

  void Create() {
    auto event = *Event::Create();
    const zx_rights_t rights = RandomRights();
    const zx_koid_t koid = event->koid();
    Open(*table_.Add(std::move(event), rights), koid, rights);
  }
  void Remove() {
    const zx_handle_t value = RandomValue();
    const Model::Entry* expected = Find(value);
    auto removed = table_.Remove(value);
    ASSERT_EQ(removed.has_value(), expected != nullptr);
    if (!expected) return;
    ASSERT_EQ(removed->get()->koid(), expected->koid);
    ASSERT_EQ(removed->rights(), expected->rights);
    Close(value);
  }
  void Look() {
    const zx_handle_t value = RandomValue();
    const zx_rights_t wanted = RandomRights();
    const Model::Entry* expected = Find(value);
    auto found = table_.Get<Event>(value, wanted);
    const zx_status_t status = !expected                       ? ZX_ERR_BAD_HANDLE
                               : (wanted & ~expected->rights) ? ZX_ERR_ACCESS_DENIED
                                                              : ZX_OK;
    ASSERT_EQ(found ? ZX_OK : found.error(), status);
    if (found) ASSERT_EQ((*found)->koid(), expected->koid);
  }
  void Duplicate() {
    const zx_handle_t value = RandomValue();
    const zx_rights_t wanted = Random(4) == 0 ? ZX_RIGHT_SAME_RIGHTS : RandomRights();
    const Model::Entry* expected = Find(value);
    auto copy = table_.Duplicate(value, wanted);
    if (!expected) {
      ASSERT_EQ(copy.error(), ZX_ERR_BAD_HANDLE);
    } else if (!(expected->rights & ZX_RIGHT_DUPLICATE)) {
      ASSERT_EQ(copy.error(), ZX_ERR_ACCESS_DENIED);
    } else if (wanted != ZX_RIGHT_SAME_RIGHTS && (wanted & ~expected->rights)) {
      ASSERT_EQ(copy.error(), ZX_ERR_INVALID_ARGS);
    } else {
      const zx_rights_t rights = wanted == ZX_RIGHT_SAME_RIGHTS ? expected->rights : wanted;
      const zx_koid_t koid = expected->koid;
      Open(*copy, koid, rights);
    }
  }
  void Replace() {
    const zx_handle_t value = RandomValue();
    const zx_rights_t wanted = RandomRights();
    const Model::Entry* found = Find(value);
    auto replaced = table_.Replace(value, wanted);
    if (!found) {
      ASSERT_EQ(replaced.error(), ZX_ERR_BAD_HANDLE);
      return;
    }
    const Model::Entry expected = *found;
    Close(value);
    if (wanted & ~expected.rights) {
      ASSERT_EQ(replaced.error(), ZX_ERR_INVALID_ARGS);
    } else {
      Open(*replaced, expected.koid, wanted);
    }
  }

  std::mt19937_64 random_{20260101};
  HandleTable table_{kSecret};
  Model model_;
  std::vector<zx_handle_t> closed_;
};

TEST_F(ModelTest, TwoHundredThousandRandomOperationsAgreeWithTheReference) {
  const ObjectCounts before = CountObjects();
  for (int i = 0; i < 200'000; ++i) {
    // Grows for a while, then shrinks, so that chunks come and slots are reused.
    const bool growing = (i / 20'000) % 2 == 0;
    switch (Random(10)) {
      case 0:
      case 1:
        growing ? Create() : Remove();
        break;
      case 2:
        Remove();
        break;
      case 3:
      case 4:
        Duplicate();
        break;
      case 5:
        Replace();
        break;
      default:
        Look();
    }
    ASSERT_FALSE(HasFatalFailure()) << "operation " << i;
    ASSERT_EQ(table_.count(), model_.open.size());
  }
  EXPECT_EQ(CountObjects().handles - before.handles, static_cast<int64_t>(model_.open.size()));
  table_.Clear();
  EXPECT_EQ(CountObjects(), before);
}

}  // namespace
}  // namespace kernel
