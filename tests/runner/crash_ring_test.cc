// SPDX-License-Identifier: BSD-2-Clause
#include "runner/crash_ring.h"

#include <gtest/gtest.h>

namespace runner {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

CrashRecord Crash(zx_koid_t thread, int64_t time) {
  return {.type = ZX_EXCP_FATAL_PAGE_FAULT, .thread = thread, .moniker = "/crash", .time = time};
}

CrashRing Ring(uint32_t capacity = CrashRing::kDefaultRecords) {
  auto ring = CrashRing::Create(capacity);
  EXPECT_TRUE(ring);
  return std::move(*ring);
}

TEST(CrashRing, crash_test) {
  CrashRing ring = Ring();
  CrashRecord crash = Crash(7, 100);
  crash.pc = 0x1234;
  crash.frames[0] = 0x5678;
  crash.frame_count = 1;
  ring.Add(Crash(6, 50));
  ring.Add(crash);
  const auto taken = ring.Take(7, 200);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->moniker, "/crash");
  EXPECT_EQ(taken->pc, 0x1234u);
  EXPECT_EQ(taken->frames[0], 0x5678u);
  EXPECT_FALSE(ring.Take(7, 200));
  EXPECT_TRUE(ring.Take(6, 200));
}

TEST(CrashRing, crash_ring_bounded_in_crash_loop) {
  CrashRing ring = Ring();
  for (uint64_t i = 1; i <= 10'000; ++i) ring.Add(Crash(i, 1));
  const auto records = ring.List(1);
  ASSERT_EQ(records.size(), 64u);
  EXPECT_EQ(records.front().thread, 9937u);
  EXPECT_EQ(records.back().thread, 10'000u);
  EXPECT_FALSE(ring.Take(9936, 1));
}

TEST(CrashRing, RecordsLastTenMinutes) {
  CrashRing ring = Ring();
  ring.Add(Crash(1, 0));
  ring.Add(Crash(2, 10 * kSecond));
  EXPECT_EQ(ring.List(600 * kSecond - 1).size(), 2u);
  EXPECT_EQ(ring.List(600 * kSecond).size(), 1u);
  EXPECT_FALSE(ring.Take(1, 600 * kSecond));
  EXPECT_TRUE(ring.Take(2, 610 * kSecond - 1));
}

TEST(CrashRing, TakingFromTheMiddleKeepsTheOthersInOrder) {
  CrashRing ring = Ring(3);
  for (uint64_t thread = 1; thread <= 3; ++thread) ring.Add(Crash(thread, 0));
  EXPECT_TRUE(ring.Take(2, 0));
  ring.Add(Crash(4, 0));
  ring.Add(Crash(5, 0));
  const auto records = ring.List(0);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].thread, 3u);
  EXPECT_EQ(records[1].thread, 4u);
  EXPECT_EQ(records[2].thread, 5u);
}

TEST(CrashRing, ATypeNobodyKnowsHasAName) {
  EXPECT_EQ(ExceptionName(ZX_EXCP_FATAL_PAGE_FAULT), "page fault");
  EXPECT_EQ(ExceptionName(ZX_EXCP_POLICY_ERROR), "policy error");
  EXPECT_EQ(ExceptionName(0xdead), "unknown exception");
}

}  // namespace
}  // namespace runner
