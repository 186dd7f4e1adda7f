// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/clock.h"

#include <gtest/gtest.h>

#include <thread>

#include "kernel/time/clock.h"
#include "tests/kernel/object/host_task.h"

namespace kernel {
namespace {

constexpr uint64_t kValue = ZX_CLOCK_UPDATE_OPTION_VALUE_VALID;
constexpr uint64_t kRate = ZX_CLOCK_UPDATE_OPTION_RATE_ADJUST_VALID;
constexpr uint64_t kBound = ZX_CLOCK_UPDATE_OPTION_ERROR_BOUND_VALID;
constexpr uint64_t kReference = ZX_CLOCK_UPDATE_OPTION_REFERENCE_VALUE_VALID;

class ClockTest : public testing::Test {
 protected:
  ClockTest() {
    InitClock();
    test::SetTime(1'000'000);
  }
  static base::RefPtr<Clock> Make(uint64_t options, zx_time_t backstop = 0) {
    return *Clock::Create(options, backstop);
  }
  static zx_status_t V1(Clock& clock, uint64_t flags, int64_t value = 0, int32_t ppm = 0,
                        uint64_t bound = 0) {
    return base::ToStatus(clock.Apply({.version = Clock::Update::Version::k1,
                                       .flags = flags,
                                       .rate_adjust_ppm = ppm,
                                       .synthetic_value = value,
                                       .error_bound = bound}));
  }
  static zx_status_t V2(Clock& clock, uint64_t flags, int64_t value = 0, int64_t reference = 0,
                        int32_t ppm = 0) {
    return base::ToStatus(clock.Apply({.version = Clock::Update::Version::k2,
                                       .flags = flags,
                                       .rate_adjust_ppm = ppm,
                                       .synthetic_value = value,
                                       .reference_value = reference}));
  }
};

TEST_F(ClockTest, ShowsTheBackstopUntilStarted) {
  auto clock = Make(0, 777);
  EXPECT_EQ(clock->Read(), 777);
  EXPECT_EQ(clock->signals(), 0u);
  EXPECT_EQ(V1(*clock, kRate, 0, 10), ZX_ERR_BAD_STATE);

  EXPECT_EQ(V1(*clock, kValue, 5000), ZX_OK);

  EXPECT_EQ(clock->signals(), ZX_CLOCK_STARTED);
  EXPECT_EQ(clock->Read(), 5000);
  test::SetTime(1'000'100);
  EXPECT_EQ(clock->Read(), 5100);
}

// A reader that has to wait for an update must not combine the time before it with the state after it.
TEST_F(ClockTest, AReaderThatWaitedSeesTheTimeAfterTheWait) {
  auto clock = Make(ZX_CLOCK_OPT_AUTO_START);
  const uint64_t contended = Spinlock::contended_count();
  zx_time_t value = 0;
  zx_clock_details_v1_t details = {};
  clock->lock().Acquire();
  test::HostThread reader([&](test::HostTask&) {
    value = clock->Read();
    details = clock->GetDetails();
  });
  while (Spinlock::contended_count() == contended) std::this_thread::yield();
  test::SetTime(2'000'000);
  clock->lock().Release();
  reader.Join();

  EXPECT_EQ(value, 2'000'000);
  EXPECT_EQ(details.query_ticks, 2'000'000);
}

TEST_F(ClockTest, AutoStartedClockIsTheMachinesTime) {
  auto clock = Make(ZX_CLOCK_OPT_AUTO_START);
  EXPECT_EQ(clock->signals(), ZX_CLOCK_STARTED);
  EXPECT_EQ(clock->Read(), 1'000'000);
  EXPECT_EQ(Clock::Create(ZX_CLOCK_OPT_AUTO_START, 1'000'001).error(), ZX_ERR_INVALID_ARGS);
}

TEST_F(ClockTest, CreationRefusesWhatMakesNoSense) {
  EXPECT_EQ(Clock::Create(1u << 10, 0).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Clock::Create(ZX_CLOCK_OPT_CONTINUOUS, 0).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Clock::Create(0, -1).error(), ZX_ERR_INVALID_ARGS);
}

TEST_F(ClockTest, RateIsInPartsPerMillion) {
  auto clock = Make(ZX_CLOCK_OPT_AUTO_START);
  EXPECT_EQ(V1(*clock, kRate, 0, 1000), ZX_OK);
  test::SetTime(2'000'000);
  EXPECT_EQ(clock->Read(), 2'001'000);
  EXPECT_EQ(V1(*clock, kRate, 0, -1000), ZX_OK);
  test::SetTime(3'000'000);
  EXPECT_EQ(clock->Read(), 3'000'000);
  EXPECT_EQ(V1(*clock, kRate, 0, 1001), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(V1(*clock, kRate, 0, -1001), ZX_ERR_INVALID_ARGS);
}

TEST_F(ClockTest, MonotonicClockNeverGoesBack) {
  auto clock = Make(ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_AUTO_START);
  EXPECT_EQ(V1(*clock, kValue, 999'999), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(clock->Read(), 1'000'000);
  EXPECT_EQ(V1(*clock, kValue, 1'500'000), ZX_OK);
  EXPECT_EQ(clock->Read(), 1'500'000);
}

TEST_F(ClockTest, ContinuousClockNeverJumps) {
  auto clock = Make(ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_CONTINUOUS | ZX_CLOCK_OPT_AUTO_START);
  EXPECT_EQ(V1(*clock, kValue, 2'000'000), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(V1(*clock, kRate, 0, 10), ZX_OK);
  EXPECT_EQ(clock->Read(), 1'000'000);
}

TEST_F(ClockTest, NoClockGoesBelowItsBackstop) {
  auto clock = Make(0, 100);
  EXPECT_EQ(V1(*clock, kValue, 99), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(V1(*clock, kValue, 100), ZX_OK);
}

TEST_F(ClockTest, ReferenceSaysWhenTheValueHolds) {
  auto clock = Make(ZX_CLOCK_OPT_AUTO_START);
  EXPECT_EQ(V1(*clock, kReference | kValue), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(V2(*clock, kReference), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(V2(*clock, kReference | kValue, 5'000'000, 900'000), ZX_OK);
  EXPECT_EQ(clock->Read(), 5'100'000);
}

TEST_F(ClockTest, MonotonicVersionTwoWantsValueAndReferenceTogetherAndWithoutRate) {
  auto clock = Make(ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_AUTO_START);
  EXPECT_EQ(V2(*clock, kValue, 5'000'000), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(V2(*clock, kValue | kReference | kRate, 5'000'000, 1'000'000), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(V2(*clock, kReference | kRate, 0, 1'000'000), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(V2(*clock, kValue | kReference, 5'000'000, 1'000'000), ZX_OK);
}

TEST_F(ClockTest, DetailsTellTheHistory) {
  auto clock = Make(0, 50);
  zx_clock_details_v1_t details = clock->GetDetails();
  EXPECT_EQ(details.options, 0u);
  EXPECT_EQ(details.backstop_time, 50);
  EXPECT_EQ(details.reference_to_synthetic.rate.synthetic_ticks, 0u);
  EXPECT_EQ(details.reference_to_synthetic.synthetic_offset, 50);
  EXPECT_EQ(details.error_bound, ZX_CLOCK_UNKNOWN_ERROR_BOUND);
  EXPECT_EQ(details.generation_counter, 1u);

  ASSERT_EQ(V1(*clock, kValue, 60), ZX_OK);
  test::SetTime(2'000'000);
  ASSERT_EQ(V1(*clock, kBound, 0, 0, 9), ZX_OK);

  details = clock->GetDetails();
  EXPECT_EQ(details.generation_counter, 3u);
  EXPECT_EQ(details.error_bound, 9u);
  EXPECT_EQ(details.last_value_update_ticks, 1'000'000);
  EXPECT_EQ(details.last_rate_adjust_update_ticks, 1'000'000);
  EXPECT_EQ(details.last_error_bounds_update_ticks, 2'000'000);
  EXPECT_EQ(details.query_ticks, 2'000'000);
  EXPECT_EQ(details.reference_to_synthetic.reference_offset, 1'000'000);
  EXPECT_EQ(details.reference_to_synthetic.synthetic_offset, 60);
}

TEST_F(ClockTest, RefusedUpdateChangesNothing) {
  auto clock = Make(ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_AUTO_START);
  const zx_clock_details_v1_t before = clock->GetDetails();
  EXPECT_EQ(V1(*clock, kValue | kBound, 1, 0, 5), ZX_ERR_INVALID_ARGS);
  const zx_clock_details_v1_t after = clock->GetDetails();
  EXPECT_EQ(memcmp(&before, &after, sizeof(before)), 0);
}

}  // namespace
}  // namespace kernel
