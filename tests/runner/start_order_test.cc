// SPDX-License-Identifier: BSD-2-Clause
#include "runner/start_order.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace runner {
namespace {

using Progress = StartOrder::Progress;

// 3 uses 1, 1 uses 0, 2 uses 0; 4 uses nothing.
constexpr Dependency kSystem[] = {{3, 1}, {1, 0}, {2, 0}};

StartOrder Make(uint32_t count, std::span<const Dependency> dependencies) {
  auto order = StartOrder::Create(count, dependencies);
  EXPECT_TRUE(order);
  return std::move(*order);
}

std::vector<uint32_t> OrderOf(const StartOrder& order) {
  return {order.order().begin(), order.order().end()};
}

TEST(StartOrder, dependency_order_start) {
  const StartOrder order = Make(5, kSystem);
  EXPECT_EQ(OrderOf(order), (std::vector<uint32_t>{0, 4, 1, 2, 3}));
  EXPECT_EQ(order.wave(0), 0u);
  EXPECT_EQ(order.wave(4), 0u);
  EXPECT_EQ(order.wave(1), 1u);
  EXPECT_EQ(order.wave(2), 1u);
  EXPECT_EQ(order.wave(3), 2u);
}

TEST(StartOrder, TheLongestWayCounts) {
  constexpr Dependency kShortcut[] = {{0, 1}, {1, 2}, {0, 2}, {2, 3}};
  EXPECT_EQ(OrderOf(Make(4, kShortcut)), (std::vector<uint32_t>{3, 2, 1, 0}));
}

TEST(StartOrder, CirclesAndStrangersAreRefused) {
  constexpr Dependency kCircle[] = {{0, 1}, {1, 2}, {2, 0}};
  EXPECT_EQ(StartOrder::Create(4, kCircle).error(), ZX_ERR_BAD_STATE);
  constexpr Dependency kSelf[] = {{0, 0}};
  EXPECT_EQ(StartOrder::Create(1, kSelf).error(), ZX_ERR_BAD_STATE);
  constexpr Dependency kStranger[] = {{0, 2}};
  EXPECT_EQ(StartOrder::Create(2, kStranger).error(), ZX_ERR_OUT_OF_RANGE);
}

TEST(StartOrder, AClientWaitsForAllItsProviders) {
  constexpr Dependency kTwo[] = {{2, 0}, {2, 1}};
  StartOrder order = Make(3, kTwo);
  EXPECT_EQ(order.Dependencies(0), Progress::kReady);
  EXPECT_EQ(order.Dependencies(2), Progress::kPending);
  order.Set(0, Progress::kReady);
  EXPECT_EQ(order.Dependencies(2), Progress::kPending);
  order.Set(1, Progress::kReady);
  EXPECT_EQ(order.Dependencies(2), Progress::kReady);
}

// A provider that misses its readiness limit fails for its clients, whatever the others do.
TEST(StartOrder, readiness_timeout) {
  constexpr Dependency kTwo[] = {{2, 0}, {2, 1}};
  StartOrder order = Make(3, kTwo);
  order.Set(1, Progress::kFailed);
  EXPECT_EQ(order.Dependencies(2), Progress::kFailed);
  order.Set(0, Progress::kReady);
  EXPECT_EQ(order.Dependencies(2), Progress::kFailed);
}

TEST(StartOrder, reverse_stop) {
  const StartOrder order = Make(5, kSystem);
  std::set<uint32_t> down;
  const auto may_stop = [&] {
    std::vector<uint32_t> result;
    for (uint32_t i = 0; i < 5; ++i) {
      const auto is_down = [&](uint32_t client) { return down.contains(client); };
      if (!down.contains(i) && order.MayStop(i, is_down)) result.push_back(i);
    }
    return result;
  };
  EXPECT_EQ(may_stop(), (std::vector<uint32_t>{2, 3, 4}));
  down = {2, 3, 4};
  EXPECT_EQ(may_stop(), std::vector<uint32_t>{1});
  down.insert(1);
  EXPECT_EQ(may_stop(), std::vector<uint32_t>{0});
}

TEST(StopDeadline, NobodysOwnLimitReachesBeyondTheCommonOne) {
  const StopDeadline deadline(10'000);
  EXPECT_EQ(deadline.For(0, 5'000), 5'000);
  EXPECT_EQ(deadline.For(5'000, 5'000), 10'000);
  EXPECT_EQ(deadline.For(5'001, 5'000), 10'000);
  EXPECT_EQ(deadline.For(20'000, 1), 10'000);
  EXPECT_EQ(deadline.For(0, INT64_MAX), 10'000);
  EXPECT_FALSE(deadline.Passed(9'999));
  EXPECT_TRUE(deadline.Passed(10'000));
}

}  // namespace
}  // namespace runner
