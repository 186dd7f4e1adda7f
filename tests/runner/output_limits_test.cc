// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <string>

#include "runner/log_ring.h"
#include "runner/token_bucket.h"

namespace runner {
namespace {

constexpr int64_t kTick = 1'000'000;

TEST(TokenBucket, LetsABurstThroughThenTheRate) {
  TokenBucket bucket({.per_second = 100, .burst = 3});
  const int64_t start = 5000 * kTick;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.Take(start));
  EXPECT_FALSE(bucket.Take(start));
  EXPECT_FALSE(bucket.Take(start + 10 * kTick - 1));
  EXPECT_TRUE(bucket.Take(start + 10 * kTick));
  EXPECT_FALSE(bucket.Take(start + 10 * kTick));
}

TEST(TokenBucket, APauseBuysNoMoreThanTheBurst) {
  TokenBucket bucket({.per_second = 100, .burst = 3});
  int passed = 0;
  for (const int64_t now : {int64_t{0}, 3'600'000 * kTick}) {
    for (int i = 0; i < 10; ++i) passed += bucket.Take(now) ? 1 : 0;
  }
  EXPECT_EQ(passed, 6);
}

TEST(TokenBucket, rate_limit_reports_drops) {
  TokenBucket bucket({.per_second = 100, .burst = 2});
  for (int i = 0; i < 7; ++i) bucket.Take(0);
  EXPECT_TRUE(bucket.Take(10 * kTick));
  EXPECT_EQ(bucket.TakeDropped(), 5u);
  EXPECT_EQ(bucket.TakeDropped(), 0u);
}

TEST(TokenBucket, OverAnHourTheRateHoldsExactly) {
  TokenBucket bucket({.per_second = 100, .burst = 500});
  uint64_t passed = 0;
  for (int64_t now = 0; now < 3'600'000 * kTick; now += kTick) passed += bucket.Take(now) ? 1 : 0;
  EXPECT_EQ(passed, 3600u * 100 + 499);
  EXPECT_EQ(bucket.TakeDropped(), 3'600'000 - passed);
}

TEST(TokenBucket, WithoutARateThereIsNoLimit) {
  TokenBucket bucket({.per_second = 0, .burst = 0});
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(bucket.Take(0));
}

std::string Kept(const LogRing& ring) {
  std::string text;
  for (const std::string_view piece : ring.pieces()) text.append(piece);
  return text;
}

TEST(LogRing, KeepsTheEnd) {
  char storage[8];
  LogRing ring(storage);
  EXPECT_EQ(Kept(ring), "");
  ring.Put("abc");
  EXPECT_EQ(Kept(ring), "abc");
  ring.Put("defgh");
  EXPECT_EQ(Kept(ring), "abcdefgh");
  ring.Put("ij");
  EXPECT_EQ(Kept(ring), "cdefghij");
  ring.Put("0123456789");
  EXPECT_EQ(Kept(ring), "23456789");
  ring.Put("");
  EXPECT_EQ(Kept(ring), "23456789");
}

TEST(LogRing, KeepsTheEndOfAnyPieces) {
  std::string all;
  char storage[13];
  LogRing ring(storage);
  for (size_t size = 0; size < 60; ++size) {
    const std::string piece(size % 17, static_cast<char>('a' + size % 26));
    ring.Put(piece);
    all += piece;
    ASSERT_EQ(Kept(ring), all.substr(all.size() - std::min(all.size(), sizeof(storage))));
  }
}

}  // namespace
}  // namespace runner
