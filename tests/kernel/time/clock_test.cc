// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/time/clock.h"

#include <gtest/gtest.h>

#include <random>

#include <arch/host_machine.h>

namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
// A power of ten, QEMU's arm64 counter, a PC's time stamp counter, a prime.
constexpr uint64_t kFrequencies[] = {1'000'000'000, 62'500'000, 2'394'453'000, 999'999'937};

class ClockTest : public testing::TestWithParam<uint64_t> {
 protected:
  ClockTest() {
    arch::host::SetCounterFrequency(GetParam());
    kernel::InitClock();
  }
  ~ClockTest() override {
    arch::host::SetCounterFrequency(kNanosecondsPerSecond);
    kernel::InitClock();
  }
  static __int128 numerator() { return kernel::TicksToTime().numerator; }
  static __int128 denominator() { return kernel::TicksToTime().denominator; }
};

TEST_P(ClockTest, NowIsExactAndRoundedDown) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t ticks = random() >> (4 + random() % 50);
    arch::host::SetCounter(ticks);

    const __int128 exact = static_cast<__int128>(ticks) * numerator() / denominator();

    const __int128 limit = INT64_MAX;
    ASSERT_EQ(kernel::Now(), static_cast<int64_t>(exact < limit ? exact : limit)) << ticks;
  }
}

// Exact where the frequency is a simple one; close where it was measured.
TEST_P(ClockTest, RatioIsTheFrequencyWithinTwoPartsPerBillion) {
  const __int128 have = numerator() * static_cast<__int128>(GetParam());
  const __int128 want = denominator() * kNanosecondsPerSecond;
  const __int128 error = have > want ? have - want : want - have;
  EXPECT_LE(error * 500'000'000, want);
  if (kNanosecondsPerSecond % GetParam() == 0) EXPECT_EQ(error, 0);
}

// A timer set for a deadline must find it passed when the counter gets there, and not a tick later.
TEST_P(ClockTest, TheTickOfADeadlineIsTheFirstAtOrAfterIt) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 10'000; ++i) {
    const auto deadline = static_cast<int64_t>(random() >> (6 + random() % 40));
    const int64_t ticks = kernel::NanosecondsToTicks(deadline);

    ASSERT_GE(kernel::TicksToNanoseconds(ticks), deadline);
    ASSERT_TRUE(ticks == 0 || kernel::TicksToNanoseconds(ticks - 1) < deadline) << deadline;
  }
}

TEST_P(ClockTest, LimitsSaturate) {
  EXPECT_GE(kernel::TicksToNanoseconds(INT64_MAX), INT64_MAX / 3);
  EXPECT_GE(kernel::NanosecondsToTicks(INT64_MAX), INT64_MAX / 17);
  EXPECT_LE(kernel::NanosecondsToTicks(INT64_MIN), INT64_MIN / 17);
}

INSTANTIATE_TEST_SUITE_P(Frequencies, ClockTest, testing::ValuesIn(kFrequencies));

}  // namespace
