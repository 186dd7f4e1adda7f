// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/timer.h"

#include <gtest/gtest.h>

#include "kernel/object/handle_entry.h"
#include "kernel/object/port.h"
#include "kernel/time/clock.h"
#include "kernel/vm/fault_injection.h"
#include "tests/kernel/object/host_task.h"

namespace kernel {
namespace {

class TimerTest : public testing::Test {
 protected:
  TimerTest() {
    InitClock();
    test::SetTime(1000);
    TimerQueue::This().Expire();
  }
  static base::RefPtr<Timer> Make(uint32_t mode = ZX_TIMER_SLACK_CENTER) {
    return *Timer::Create(mode, ZX_CLOCK_MONOTONIC);
  }
  static void ExpireAt(zx_instant_mono_t now) {
    test::SetTime(now);
    TimerQueue::This().Expire();
  }
  static bool Signaled(const base::RefPtr<Timer>& timer) {
    return (timer->signals() & ZX_TIMER_SIGNALED) != 0;
  }

  test::HostTask task_;
};

TEST_F(TimerTest, UnknownModesAndClocksAreRefused) {
  EXPECT_EQ(Timer::Create(3, ZX_CLOCK_MONOTONIC).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Timer::Create(ZX_TIMER_SLACK_LATE, 2).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_TRUE(Timer::Create(ZX_TIMER_SLACK_LATE, ZX_CLOCK_BOOT));
}

TEST_F(TimerTest, SignalsAtItsDeadlineAndStaysSignaled) {
  const auto timer = Make();
  timer->Set(2000, 0);
  ExpireAt(1999);
  EXPECT_FALSE(Signaled(timer));
  ExpireAt(2000);
  EXPECT_TRUE(Signaled(timer));
  ExpireAt(3000);
  EXPECT_TRUE(Signaled(timer));
}

TEST_F(TimerTest, ADeadlineThatHasPassedSignalsAtOnce) {
  const auto timer = Make();
  for (const zx_time_t deadline : {zx_time_t{1000}, zx_time_t{0}, zx_time_t{-1}, ZX_TIME_INFINITE_PAST}) {
    timer->Cancel();
    timer->Set(deadline, 10);
    EXPECT_TRUE(Signaled(timer)) << deadline;
    EXPECT_EQ(timer->GetInfo().deadline, 0);
    EXPECT_EQ(timer->GetInfo().slack, 0);
  }
}

TEST_F(TimerTest, CancelDisarmsAndClearsTheSignal) {
  const auto timer = Make();
  timer->Set(2000, 0);
  timer->Cancel();
  ExpireAt(2000);
  EXPECT_FALSE(Signaled(timer));

  timer->Set(2000, 0);
  EXPECT_TRUE(Signaled(timer));
  timer->Cancel();
  EXPECT_FALSE(Signaled(timer));
}

TEST_F(TimerTest, SettingAgainForgetsDeadlineAndSignal) {
  const auto timer = Make();
  timer->Set(2000, 0);
  timer->Set(3000, 0);
  ExpireAt(2500);
  EXPECT_FALSE(Signaled(timer));
  ExpireAt(3000);
  EXPECT_TRUE(Signaled(timer));

  timer->Set(4000, 0);
  EXPECT_FALSE(Signaled(timer));
  ExpireAt(4000);
  EXPECT_TRUE(Signaled(timer));
}

TEST_F(TimerTest, InfinityNeverComesAndHoldsNobodyBack) {
  const auto never = Make();
  never->Set(ZX_TIME_INFINITE, 5);
  EXPECT_EQ(never->GetInfo().deadline, ZX_TIME_INFINITE);
  const auto timer = Make(ZX_TIMER_SLACK_LATE);
  timer->Set(2000, INT64_MAX);
  ExpireAt(2000);
  EXPECT_TRUE(Signaled(timer));
  EXPECT_FALSE(Signaled(never));
}

TEST_F(TimerTest, InfoTellsWhatItWasArmedWithUntilItFires) {
  const auto timer = *Timer::Create(ZX_TIMER_SLACK_EARLY, ZX_CLOCK_BOOT);
  EXPECT_EQ(timer->GetInfo().options, ZX_TIMER_SLACK_EARLY);
  EXPECT_EQ(timer->GetInfo().clock_id, ZX_CLOCK_BOOT);
  EXPECT_EQ(timer->GetInfo().deadline, 0);
  timer->Set(2000, 30);
  EXPECT_EQ(timer->GetInfo().deadline, 2000);
  EXPECT_EQ(timer->GetInfo().slack, 30);
  ExpireAt(2000);
  EXPECT_EQ(timer->GetInfo().deadline, 0);
  EXPECT_EQ(timer->GetInfo().slack, 0);
}

TEST_F(TimerTest, SlackLetsATimerJoinAnother) {
  const auto exact = Make();
  const auto late = Make(ZX_TIMER_SLACK_LATE);
  const auto early = Make(ZX_TIMER_SLACK_EARLY);
  exact->Set(2000, 0);
  late->Set(1900, 150);
  early->Set(2100, 150);
  ExpireAt(1999);
  EXPECT_FALSE(Signaled(late));
  ExpireAt(2000);
  EXPECT_TRUE(Signaled(late));
  EXPECT_TRUE(Signaled(early));
}

TEST_F(TimerTest, WithoutHandlesItDoesNotFire) {
  auto timer = Make();
  { const HandleEntry handle(timer, Timer::kDefaultRights); timer->Set(2000, 0); }
  ExpireAt(2000);
  EXPECT_FALSE(Signaled(timer));
  // A call that was under way may arm it once more; then the last reference goes.
  timer->Set(3000, 0);
  timer.reset();
  ExpireAt(3000);
}

TEST_F(TimerTest, FiringIsAPacketForAPort) {
  const auto port = *Port::Create();
  const HandleEntry handle(port, Port::kDefaultRights);
  const auto timer = Make();
  timer->Set(2000, 0);
  PortObserver* observer = *PortObserver::Create(port, 7, ZX_TIMER_SIGNALED, PortObserver::Stamp::kWanted);
  timer->AddObserver(*observer, nullptr, 0, Object::Trigger::kLevel);
  ExpireAt(2000);
  const auto packet = port->Wait(0);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->key, 7u);
  EXPECT_EQ(packet->signal.timestamp, 2000);
}

TEST_F(TimerTest, AFailedAllocationIsReported) {
  vm::FaultInjection::FailNth(1);
  EXPECT_EQ(Timer::Create(0, ZX_CLOCK_MONOTONIC).error(), ZX_ERR_NO_MEMORY);
  vm::FaultInjection::FailNth(0);
}

}  // namespace
}  // namespace kernel
