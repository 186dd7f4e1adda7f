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

// Over all pairs of masks: a request yields what it asks for, or everything, or nothing, and never more than is held.
TEST(HandleTable, RightsNeverGrow) {
  // What a mask means does not depend on the position of its bits, so few positions stand for all.
  constexpr zx_rights_t kSome[] = {ZX_RIGHT_DUPLICATE, ZX_RIGHT_TRANSFER,   ZX_RIGHT_READ,   ZX_RIGHT_WRITE,
                                   ZX_RIGHT_MAP,       ZX_RIGHT_SIGNAL,     ZX_RIGHT_DESTROY, ZX_RIGHT_MANAGE_JOB};
  constexpr uint32_t kMasks = 1u << std::size(kSome);
  const auto spread = [&](uint32_t bits) {
    zx_rights_t rights = 0;
    for (size_t bit = 0; bit < std::size(kSome); ++bit) rights |= (bits >> bit & 1) != 0 ? kSome[bit] : 0;
    return rights;
  };
  for (uint32_t held_bits = 0; held_bits < kMasks; ++held_bits) {
    const zx_rights_t held = spread(held_bits);
    ASSERT_EQ(*HandleTable::Narrow(held, ZX_RIGHT_SAME_RIGHTS), held);
    for (uint32_t wanted_bits = 0; wanted_bits < kMasks; ++wanted_bits) {
      const auto narrowed = HandleTable::Narrow(held, spread(wanted_bits));
      if ((wanted_bits & ~held_bits) == 0) {
        ASSERT_EQ(*narrowed, spread(wanted_bits));
      } else {
        ASSERT_EQ(narrowed.error(), ZX_ERR_INVALID_ARGS);
      }
    }
  }
  // And every position on its own.
  for (uint32_t position = 0; position < 31; ++position) {
    const zx_rights_t right = 1u << position;
    ASSERT_EQ(*HandleTable::Narrow(right, right), right);
    ASSERT_EQ(HandleTable::Narrow(~right & ~ZX_RIGHT_SAME_RIGHTS, right).error(), ZX_ERR_INVALID_ARGS);
  }
}

// The operations that take masks, over all masks a handle may have of some rights and all that may be asked for.
TEST(HandleTable, EveryMaskIsHonoured) {
  constexpr zx_rights_t kAll = ZX_RIGHT_DUPLICATE | ZX_RIGHT_TRANSFER | ZX_RIGHT_READ | ZX_RIGHT_WRITE | ZX_RIGHT_EXECUTE;
  static_assert(kAll == 0x1f);
  HandleTable table(kSecret);
  const auto event = *Event::Create();
  for (zx_rights_t held = 0; held <= kAll; ++held) {
    for (zx_rights_t wanted = 0; wanted <= kAll; ++wanted) {
      const bool subset = (wanted & ~held) == 0;
      const zx_handle_t value = *table.Add(event, held);
      ASSERT_EQ(table.Get<Event>(value, wanted).has_value(), subset);

      const auto copy = table.Duplicate(value, wanted);
      const zx_status_t refused = (held & ZX_RIGHT_DUPLICATE) == 0 ? ZX_ERR_ACCESS_DENIED : ZX_ERR_INVALID_ARGS;
      ASSERT_EQ(copy ? ZX_OK : copy.error(), subset && (held & ZX_RIGHT_DUPLICATE) != 0 ? ZX_OK : refused);
      if (copy) ASSERT_EQ(table.Remove(*copy)->rights(), wanted);

      const auto replaced = table.Replace(value, wanted);
      ASSERT_EQ(replaced ? ZX_OK : replaced.error(), subset ? ZX_OK : ZX_ERR_INVALID_ARGS);
      if (replaced) ASSERT_EQ(table.Remove(*replaced)->rights(), wanted);
      ASSERT_EQ(table.count(), 0u);
    }
  }
}

}  // namespace
}  // namespace kernel
