// SPDX-License-Identifier: BSD-2-Clause
// The family timer through the dispatch table, with the locks that are held on the way.
#include <gtest/gtest.h>

#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>

#include <arch/host_machine.h>

#include "kernel/time/timer_queue.h"
#include "tests/kernel/syscalls/host_process.h"

namespace {

using test::Call;

class TimerCalls : public testing::Test {
 protected:
  TimerCalls() { arch::host::SetCounter(1000); }
  ~TimerCalls() override { EXPECT_EQ(Call("handle_close", timer_), ZX_OK); }

  static zx_handle_t NewTimer() {
    zx_handle_t timer = 0;
    EXPECT_EQ(Call("timer_create", ZX_TIMER_SLACK_LATE, ZX_CLOCK_BOOT, &timer), ZX_OK);
    return timer;
  }
  zx_info_timer_t Info() {
    zx_info_timer_t info = {};
    EXPECT_EQ(Call("object_get_info", timer_, ZX_INFO_TIMER, &info, sizeof(info), nullptr, nullptr), ZX_OK);
    return info;
  }
  static void PassTo(zx_instant_mono_t now) {
    arch::host::SetCounter(static_cast<uint64_t>(now));
    kernel::TimerQueue::This().Expire();
  }

  test::HostProcess process_;
  const zx_handle_t timer_ = NewTimer();
};

TEST_F(TimerCalls, SetWaitsForItsTimeAndTellsAPort) {
  zx_handle_t port = 0;
  ASSERT_EQ(Call("port_create", 0u, &port), ZX_OK);
  ASSERT_EQ(Call("timer_set", timer_, zx_time_t{2000}, zx_duration_t{7}), ZX_OK);
  ASSERT_EQ(Call("object_wait_async", timer_, port, uint64_t{5}, ZX_TIMER_SIGNALED, 0u), ZX_OK);
  EXPECT_EQ(Info().deadline, 2000);
  EXPECT_EQ(Info().slack, 7);
  zx_port_packet_t packet = {};
  PassTo(1999);
  EXPECT_EQ(Call("port_wait", port, zx_time_t{0}, &packet), ZX_ERR_TIMED_OUT);
  PassTo(2000);
  EXPECT_EQ(Call("port_wait", port, zx_time_t{0}, &packet), ZX_OK);
  EXPECT_EQ(packet.key, 5u);
  EXPECT_EQ(Info().deadline, 0);
}

TEST_F(TimerCalls, ADeadlineThatHasPassedTellsAPortFromWithinTheCall) {
  zx_handle_t port = 0;
  ASSERT_EQ(Call("port_create", 0u, &port), ZX_OK);
  ASSERT_EQ(Call("object_wait_async", timer_, port, uint64_t{5}, ZX_TIMER_SIGNALED, 0u), ZX_OK);
  ASSERT_EQ(Call("timer_set", timer_, zx_time_t{1000}, zx_duration_t{0}), ZX_OK);
  zx_port_packet_t packet = {};
  EXPECT_EQ(Call("port_wait", port, zx_time_t{0}, &packet), ZX_OK);
  EXPECT_EQ(Call("timer_cancel", timer_), ZX_OK);
  zx_signals_t observed = ZX_TIMER_SIGNALED;
  EXPECT_EQ(Call("object_wait_one", timer_, 0u, zx_time_t{0}, &observed), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(observed, 0u);
}

TEST_F(TimerCalls, BadArgumentsChangeNothing) {
  ASSERT_EQ(Call("timer_set", timer_, zx_time_t{2000}, zx_duration_t{7}), ZX_OK);
  EXPECT_EQ(Call("timer_set", timer_, zx_time_t{3000}, zx_duration_t{-1}), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Info().deadline, 2000);
  EXPECT_EQ(Call("timer_set", ZX_HANDLE_INVALID, zx_time_t{3000}, zx_duration_t{0}), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(Call("timer_cancel", ZX_HANDLE_INVALID), ZX_ERR_BAD_HANDLE);
  zx_handle_t other = 0;
  EXPECT_EQ(Call("timer_create", 3u, ZX_CLOCK_MONOTONIC, &other), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("timer_create", 0u, 2u, &other), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("timer_create", 0u, ZX_CLOCK_MONOTONIC, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(process_.handles().count(), 1u);
}

TEST_F(TimerCalls, ClosingAnArmedTimerDisarmsIt) {
  const zx_handle_t doomed = NewTimer();
  ASSERT_EQ(Call("timer_set", doomed, zx_time_t{2000}, zx_duration_t{0}), ZX_OK);
  EXPECT_EQ(Call("handle_close", doomed), ZX_OK);
  PassTo(3000);
}

}  // namespace
