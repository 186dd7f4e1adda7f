// SPDX-License-Identifier: BSD-2-Clause
// zx_clock_*, ticks, nanosleep.
#include <utility>

#include <lib/zx/clock.h>
#include <lib/zx/port.h>
#include <zircon/process.h>

#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

zx::clock MakeClock(uint64_t options) {
  zx::clock clock;
  EXPECT_OK(zx::clock::create(options, nullptr, &clock));
  return clock;
}

TEST(CLCK_001, "monotonic time does not go back") {
  zx_time_t earlier = zx_clock_get_monotonic();
  for (int i = 0; i < 10'000; ++i) {
    const zx_time_t now = zx_clock_get_monotonic();
    ASSERT_TRUE(now >= earlier);
    earlier = now;
  }
}

TEST(CLCK_002, "ticks and time agree") {
  const zx_ticks_t frequency = zx_ticks_per_second();
  EXPECT_GT(frequency, 0);
  const zx_time_t before = zx_clock_get_monotonic();
  const zx_ticks_t ticks = zx_ticks_get();
  const zx_time_t after = zx_clock_get_monotonic();
  const auto ns = static_cast<zx_time_t>(static_cast<double>(ticks) * 1e9 / static_cast<double>(frequency));
  EXPECT_GE(ns + 1000, before);
  EXPECT_LE(ns - 1000, after);
}

TEST(CLCK_003, "boot time is not behind monotonic time") {
  const zx_time_t mono = zx_clock_get_monotonic();
  EXPECT_GE(zx_clock_get_boot(), mono);
  const zx_ticks_t ticks = zx_ticks_get();
  EXPECT_GE(zx_ticks_get_boot(), ticks);
}

TEST(CLCK_004, "deadline_after adds and stops at the ends") {
  const zx_time_t now = zx_clock_get_monotonic();
  EXPECT_GE(zx_deadline_after(ZX_SEC(1)), now + ZX_SEC(1));
  EXPECT_EQ(zx_deadline_after(ZX_TIME_INFINITE), ZX_TIME_INFINITE);
  EXPECT_LT(zx_deadline_after(-ZX_SEC(1)), zx_clock_get_monotonic());
}

TEST(CLCK_005, "nanosleep sleeps at least until its deadline") {
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(3));
  EXPECT_OK(zx_nanosleep(deadline));
  const zx_time_t now = zx_clock_get_monotonic();
  EXPECT_GE(now, deadline);
  EXPECT_LT(now, deadline + ZX_MSEC(50));
  EXPECT_OK(zx_nanosleep(0));
  EXPECT_OK(zx_nanosleep(ZX_TIME_INFINITE_PAST));
}

TEST(CLCK_010, "a fresh clock has the published rights and has not started") {
  const zx::clock clock = MakeClock(0);
  EXPECT_EQ(target::RightsOf(clock.get()), ZX_DEFAULT_CLOCK_RIGHTS);
  EXPECT_EQ(target::SignalsOf(clock.get()), 0u);
  zx_time_t now = 1;
  EXPECT_OK(clock.read(&now));
  EXPECT_EQ(now, 0);
}

TEST(CLCK_011, "create checks its arguments") {
  zx::clock clock;
  EXPECT_STATUS(zx::clock::create(uint64_t{1} << 20, nullptr, &clock), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::clock::create(ZX_CLOCK_OPT_CONTINUOUS, nullptr, &clock), ZX_ERR_INVALID_ARGS);
  const zx_clock_create_args_v1_t args = {-1};
  EXPECT_STATUS(zx::clock::create(0, &args, &clock), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_create(ZX_CLOCK_ARGS_VERSION(1), nullptr, clock.reset_and_get_address()),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_create(0, &args, clock.reset_and_get_address()), ZX_ERR_INVALID_ARGS);
}

TEST(CLCK_012, "before its start a clock shows its backstop") {
  const zx_clock_create_args_v1_t args = {12345};
  zx::clock clock;
  ASSERT_OK(zx::clock::create(0, &args, &clock));
  zx_time_t now = 0;
  ASSERT_OK(clock.read(&now));
  EXPECT_EQ(now, 12345);
  zx_clock_details_v1_t details = {};
  ASSERT_OK(clock.get_details(&details));
  EXPECT_EQ(details.backstop_time, 12345);
  EXPECT_EQ(details.reference_to_synthetic.synthetic_offset, 12345);
  EXPECT_EQ(details.reference_to_synthetic.rate.synthetic_ticks, 0u);
  EXPECT_EQ(details.error_bound, ZX_CLOCK_UNKNOWN_ERROR_BOUND);
}

TEST(CLCK_013, "AUTO_START follows the reference") {
  const zx::clock clock = MakeClock(ZX_CLOCK_OPT_AUTO_START);
  EXPECT_TRUE(target::SignalsOf(clock.get()) & ZX_CLOCK_STARTED);
  const zx_time_t before = zx_clock_get_monotonic();
  zx_time_t now = 0;
  ASSERT_OK(clock.read(&now));
  EXPECT_GE(now, before);
  EXPECT_LE(now, zx_clock_get_monotonic());
}

TEST(CLCK_020, "setting a value starts the clock") {
  const zx::clock clock = MakeClock(0);
  zx::clock::update_args args;
  ASSERT_OK(clock.update(args.set_value(zx::time(ZX_SEC(1000)))));
  EXPECT_TRUE(target::SignalsOf(clock.get()) & ZX_CLOCK_STARTED);
  zx_time_t now = 0;
  ASSERT_OK(clock.read(&now));
  EXPECT_GE(now, ZX_SEC(1000));
  EXPECT_LT(now, ZX_SEC(1001));
}

TEST(CLCK_021, "a clock that has not started takes no rate alone") {
  zx::clock::update_args args;
  EXPECT_STATUS(MakeClock(0).update(args.set_rate_adjust(10)), ZX_ERR_BAD_STATE);
}

TEST(CLCK_022, "a rate has limits") {
  const zx::clock clock = MakeClock(ZX_CLOCK_OPT_AUTO_START);
  zx::clock::update_args args;
  EXPECT_OK(clock.update(args.reset().set_rate_adjust(1000)));
  EXPECT_OK(clock.update(args.reset().set_rate_adjust(-1000)));
  EXPECT_STATUS(clock.update(args.reset().set_rate_adjust(1001)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(clock.update(args.reset().set_rate_adjust(-1001)), ZX_ERR_INVALID_ARGS);
}

TEST(CLCK_023, "a monotonic clock is not set back") {
  const zx::clock clock = MakeClock(ZX_CLOCK_OPT_MONOTONIC);
  const zx_clock_update_args_v1_t first = {0, {}, ZX_SEC(100), 0};
  const zx_clock_update_args_v1_t back = {0, {}, ZX_SEC(50), 0};
  const uint64_t options = ZX_CLOCK_ARGS_VERSION(1) | ZX_CLOCK_UPDATE_OPTION_VALUE_VALID;
  ASSERT_OK(zx_clock_update(clock.get(), options, &first));
  EXPECT_STATUS(zx_clock_update(clock.get(), options, &back), ZX_ERR_INVALID_ARGS);
}

TEST(CLCK_024, "a continuous clock is not set after its start") {
  const zx::clock clock = MakeClock(ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_CONTINUOUS);
  const zx_clock_update_args_v1_t value = {0, {}, ZX_SEC(100), 0};
  const zx_clock_update_args_v1_t later = {0, {}, ZX_SEC(1000), 0};
  const uint64_t options = ZX_CLOCK_ARGS_VERSION(1) | ZX_CLOCK_UPDATE_OPTION_VALUE_VALID;
  ASSERT_OK(zx_clock_update(clock.get(), options, &value));
  EXPECT_STATUS(zx_clock_update(clock.get(), options, &later), ZX_ERR_INVALID_ARGS);
}

TEST(CLCK_025, "a value below the backstop is refused") {
  const zx_clock_create_args_v1_t create = {ZX_SEC(10)};
  zx::clock clock;
  ASSERT_OK(zx::clock::create(0, &create, &clock));
  zx::clock::update_args args;
  EXPECT_STATUS(clock.update(args.set_value(zx::time(ZX_SEC(9)))), ZX_ERR_INVALID_ARGS);
  zx_time_t now = 0;
  ASSERT_OK(clock.read(&now));
  EXPECT_EQ(now, ZX_SEC(10));
}

TEST(CLCK_026, "updates count generations and keep the error bound") {
  const zx::clock clock = MakeClock(0);
  zx_clock_details_v1_t before = {};
  ASSERT_OK(clock.get_details(&before));
  zx::clock::update_args args;
  ASSERT_OK(clock.update(args.set_value(zx::time(5)).set_error_bound(77)));
  zx_clock_details_v1_t after = {};
  ASSERT_OK(clock.get_details(&after));
  EXPECT_EQ(after.generation_counter, before.generation_counter + 1);
  EXPECT_EQ(after.error_bound, 77u);
  EXPECT_GT(after.last_value_update_ticks, 0);
  EXPECT_GE(after.query_ticks, after.last_value_update_ticks);
}

TEST(CLCK_027, "updates need WRITE, reads need READ") {
  const zx::clock clock = MakeClock(ZX_CLOCK_OPT_AUTO_START);
  const zx::handle read_only = target::Without(clock.get(), ZX_RIGHT_WRITE);
  const zx::handle blind = target::Without(clock.get(), ZX_RIGHT_READ);
  const zx_clock_update_args_v1_t args = {10, {}, 0, 0};
  const uint64_t options = ZX_CLOCK_ARGS_VERSION(1) | ZX_CLOCK_UPDATE_OPTION_RATE_ADJUST_VALID;
  EXPECT_STATUS(zx_clock_update(read_only.get(), options, &args), ZX_ERR_ACCESS_DENIED);
  zx_time_t now = 0;
  EXPECT_STATUS(zx_clock_read(blind.get(), &now), ZX_ERR_ACCESS_DENIED);
  zx_clock_details_v1_t details = {};
  EXPECT_STATUS(zx_clock_get_details(blind.get(), ZX_CLOCK_ARGS_VERSION(1), &details), ZX_ERR_ACCESS_DENIED);
}

TEST(CLCK_028, "an unknown version is refused") {
  const zx::clock clock = MakeClock(0);
  zx_clock_details_v1_t details = {};
  EXPECT_STATUS(zx_clock_get_details(clock.get(), ZX_CLOCK_ARGS_VERSION(9), &details), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_update(clock.get(), ZX_CLOCK_ARGS_VERSION(9), &details), ZX_ERR_INVALID_ARGS);
}

TEST(CLCK_014, "AUTO_START needs a backstop that has passed") {
  const zx_clock_create_args_v1_t past = {1};
  const zx_clock_create_args_v1_t future = {zx_deadline_after(ZX_SEC(1000))};
  zx::clock clock;
  EXPECT_OK(zx::clock::create(ZX_CLOCK_OPT_AUTO_START, &past, &clock));
  EXPECT_STATUS(zx::clock::create(ZX_CLOCK_OPT_AUTO_START, &future, &clock), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_create(ZX_CLOCK_ARGS_VERSION(2), &past, clock.reset_and_get_address()),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_create(0, nullptr, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(CLCK_015, "every combination of options keeps its promise in the details") {
  for (const uint64_t options : {uint64_t{0}, ZX_CLOCK_OPT_MONOTONIC, ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_CONTINUOUS,
                                 ZX_CLOCK_OPT_BOOT, ZX_CLOCK_OPT_BOOT | ZX_CLOCK_OPT_AUTO_START,
                                 ZX_CLOCK_OPT_AUTO_START | ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_CONTINUOUS}) {
    const zx::clock clock = MakeClock(options);
    zx_clock_details_v1_t details = {};
    ASSERT_OK(clock.get_details(&details));
    EXPECT_EQ(details.options, options);
    const bool started = (options & ZX_CLOCK_OPT_AUTO_START) != 0;
    EXPECT_EQ(details.reference_to_synthetic.rate.synthetic_ticks, started ? 1u : 0u);
    EXPECT_EQ(details.reference_to_synthetic.rate.reference_ticks, 1u);
    EXPECT_EQ(details.last_value_update_ticks, 0);
    EXPECT_EQ(details.last_rate_adjust_update_ticks, 0);
    EXPECT_EQ(details.last_error_bounds_update_ticks, 0);
  }
}

constexpr uint64_t kValue = ZX_CLOCK_UPDATE_OPTION_VALUE_VALID;
constexpr uint64_t kRate = ZX_CLOCK_UPDATE_OPTION_RATE_ADJUST_VALID;
constexpr uint64_t kReference = ZX_CLOCK_UPDATE_OPTION_REFERENCE_VALUE_VALID;

zx_status_t UpdateV2(const zx::clock& clock, uint64_t flags, zx_time_t synthetic, zx_time_t reference,
                     int32_t ppm = 0) {
  const zx_clock_update_args_v2_t args = {
      .rate_adjust = ppm, .padding1 = {}, .synthetic_value = synthetic, .reference_value = reference, .error_bound = 0};
  return zx_clock_update(clock.get(), ZX_CLOCK_ARGS_VERSION(2) | flags, &args);
}

TEST(CLCK_030, "a value at a reference time is where the clock's line passes") {
  const zx::clock clock = MakeClock(0);
  const zx_time_t reference = zx_clock_get_monotonic() - ZX_SEC(1);
  ASSERT_OK(UpdateV2(clock, kValue | kReference, ZX_SEC(500), reference));
  zx_clock_details_v1_t details = {};
  ASSERT_OK(clock.get_details(&details));
  EXPECT_EQ(details.reference_to_synthetic.reference_offset, reference);
  EXPECT_EQ(details.reference_to_synthetic.synthetic_offset, ZX_SEC(500));
  EXPECT_EQ(details.reference_to_synthetic.rate.synthetic_ticks, 1u);
  zx_time_t now = 0;
  ASSERT_OK(clock.read(&now));
  EXPECT_GE(now, ZX_SEC(501) - 1000);
  EXPECT_LT(now, ZX_SEC(502));
}

TEST(CLCK_031, "a reference needs a value or a rate, and version 2") {
  const zx::clock clock = MakeClock(ZX_CLOCK_OPT_AUTO_START);
  EXPECT_STATUS(UpdateV2(clock, kReference, 0, zx_clock_get_monotonic()), ZX_ERR_INVALID_ARGS);
  const zx_clock_update_args_v1_t args = {};
  EXPECT_STATUS(zx_clock_update(clock.get(), ZX_CLOCK_ARGS_VERSION(1) | kValue | kReference, &args),
                ZX_ERR_INVALID_ARGS);
  EXPECT_OK(UpdateV2(clock, kReference | kRate, 0, zx_clock_get_monotonic(), 10));
}

TEST(CLCK_032, "a monotonic clock is moved by value and reference, or by rate") {
  const zx::clock clock = MakeClock(ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_AUTO_START);
  const zx_time_t now = zx_clock_get_monotonic();
  EXPECT_STATUS(UpdateV2(clock, kValue, now + ZX_SEC(1), 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(UpdateV2(clock, kValue | kReference | kRate, now + ZX_SEC(1), now, 5), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(UpdateV2(clock, kReference | kRate, 0, now, 5), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(UpdateV2(clock, kValue | kReference, now - ZX_SEC(1), now), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(UpdateV2(clock, kValue | kReference, now + ZX_SEC(1), now));
  EXPECT_OK(UpdateV2(clock, kRate, 0, 0, 5));
}

TEST(CLCK_033, "the rate that is in force already changes nothing but its time stamp") {
  const zx::clock clock = MakeClock(ZX_CLOCK_OPT_AUTO_START);
  ASSERT_OK(UpdateV2(clock, kRate, 0, 0, 100));
  zx_clock_details_v1_t before = {};
  ASSERT_OK(clock.get_details(&before));
  EXPECT_EQ(before.reference_to_synthetic.rate.synthetic_ticks * uint64_t{10'000},
            before.reference_to_synthetic.rate.reference_ticks * uint64_t{10'001});
  ASSERT_OK(UpdateV2(clock, kRate, 0, 0, 100));
  zx_clock_details_v1_t after = {};
  ASSERT_OK(clock.get_details(&after));
  EXPECT_EQ(after.reference_to_synthetic.reference_offset, before.reference_to_synthetic.reference_offset);
  EXPECT_EQ(after.reference_to_synthetic.synthetic_offset, before.reference_to_synthetic.synthetic_offset);
  EXPECT_GT(after.last_rate_adjust_update_ticks, before.last_rate_adjust_update_ticks);
}

TEST(CLCK_034, "every successful update strobes CLOCK_UPDATED") {
  const zx::clock clock = MakeClock(ZX_CLOCK_OPT_AUTO_START);
  zx::port port;
  ASSERT_OK(zx::port::create(0, &port));
  ASSERT_OK(clock.wait_async(port, 1, ZX_CLOCK_UPDATED, 0));
  EXPECT_STATUS(UpdateV2(clock, kRate, 0, 0, 5000), ZX_ERR_INVALID_ARGS);
  zx_port_packet_t packet = {};
  EXPECT_STATUS(port.wait(zx::time::infinite_past(), &packet), ZX_ERR_TIMED_OUT);
  ASSERT_OK(UpdateV2(clock, kRate, 0, 0, 5));
  ASSERT_OK(port.wait(zx::time::infinite_past(), &packet));
  EXPECT_TRUE(packet.signal.observed & ZX_CLOCK_UPDATED);
  EXPECT_FALSE(target::SignalsOf(clock.get()) & ZX_CLOCK_UPDATED);
}

TEST(CLCK_035, "unknown flags and unreadable arguments are refused") {
  const zx::clock clock = MakeClock(ZX_CLOCK_OPT_AUTO_START);
  const zx_clock_update_args_v2_t args = {};
  EXPECT_STATUS(zx_clock_update(clock.get(), ZX_CLOCK_ARGS_VERSION(2) | 0x100, &args), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_update(clock.get(), ZX_CLOCK_ARGS_VERSION(2) | kRate, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_read(clock.get(), nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_get_details(clock.get(), ZX_CLOCK_ARGS_VERSION(1), nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_read(zx_process_self(), nullptr), ZX_ERR_WRONG_TYPE);
}

TEST(CLCK_016, "a clock to be mapped is NOT_SUPPORTED") {
  zx::clock clock;
  EXPECT_STATUS(zx::clock::create(ZX_CLOCK_OPT_MAPPABLE, nullptr, &clock), ZX_ERR_NOT_SUPPORTED);
}

TEST(CLCK_017, "a reading that cannot be stored is INVALID_ARGS") {
  const zx::clock clock = MakeClock(0);
  EXPECT_STATUS(zx_clock_read(clock.get(), nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_get_details(clock.get(), ZX_CLOCK_ARGS_VERSION(1), nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(CLCK_029, "only clocks are read and updated") {
  zx_time_t now = 0;
  zx_clock_details_v1_t details = {};
  zx_clock_update_args_v1_t update = {};
  constexpr uint64_t kV1 = ZX_CLOCK_ARGS_VERSION(1);
  for (const auto [handle, expected] : {std::pair{target::ClosedHandle(), ZX_ERR_BAD_HANDLE},
                                        std::pair{zx_process_self(), ZX_ERR_WRONG_TYPE}}) {
    EXPECT_STATUS(zx_clock_read(handle, &now), expected);
    EXPECT_STATUS(zx_clock_get_details(handle, kV1, &details), expected);
    EXPECT_STATUS(zx_clock_update(handle, kV1 | ZX_CLOCK_UPDATE_OPTION_VALUE_VALID, &update), expected);
  }
}

}  // namespace
