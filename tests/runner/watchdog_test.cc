// SPDX-License-Identifier: BSD-2-Clause
#include "runner/watchdog.h"

#include <gtest/gtest.h>

#include "runner/instance.h"
#include "runner/restart.h"

namespace runner {
namespace {

using Health = WatchdogTimer::Health;

TEST(Watchdog, StaysWellWhileHeartbeatsCome) {
  WatchdogTimer timer({.period = 100, .misses = 2});
  timer.Start(0);
  for (int64_t now = 90; now < 2000; now += 90) {
    EXPECT_EQ(timer.OnTime(now), Health::kWell);
    timer.OnHeartbeat(now);
    EXPECT_EQ(timer.next(), now + 100);
  }
}

TEST(Watchdog, IsStuckAfterTheStatedMisses) {
  WatchdogTimer timer({.period = 100, .misses = 3});
  timer.Start(1000);
  EXPECT_EQ(timer.OnTime(1099), Health::kWell);
  EXPECT_EQ(timer.missed(), 0u);
  EXPECT_EQ(timer.OnTime(1100), Health::kWell);
  EXPECT_EQ(timer.missed(), 1u);
  EXPECT_EQ(timer.OnTime(1200), Health::kWell);
  EXPECT_EQ(timer.OnTime(1299), Health::kWell);
  EXPECT_EQ(timer.OnTime(1300), Health::kStuck);
  EXPECT_FALSE(timer.next());
  EXPECT_EQ(timer.OnTime(5000), Health::kWell);
}

TEST(Watchdog, ALateCallSeesAllMissedPeriods) {
  WatchdogTimer timer({.period = 100, .misses = 3});
  timer.Start(0);
  EXPECT_EQ(timer.OnTime(1000), Health::kStuck);
}

TEST(Watchdog, AHeartbeatForgivesEarlierMisses) {
  WatchdogTimer timer({.period = 100, .misses = 2});
  timer.Start(0);
  timer.OnTime(100);
  timer.OnHeartbeat(150);
  EXPECT_EQ(timer.OnTime(250), Health::kWell);
  EXPECT_EQ(timer.missed(), 1u);
}

TEST(Watchdog, IsOffWithoutAPeriodAndWhenStopped) {
  WatchdogTimer off({.period = 0, .misses = 3});
  off.Start(0);
  EXPECT_FALSE(off.next());
  WatchdogTimer stopped({.period = 100, .misses = 1});
  stopped.Start(0);
  stopped.Stop();
  stopped.OnHeartbeat(50);
  EXPECT_FALSE(stopped.next());
  EXPECT_EQ(stopped.OnTime(1000), Health::kWell);
}

TEST(Watchdog, watchdog_kills_and_restarts) {
  Instance instance({});
  RestartTracker restarts({.mode = RestartPolicy::Mode::kOnAbnormal});
  WatchdogTimer timer({.period = 100, .misses = 1});
  for (const EventKind event :
       {EventKind::kStart, EventKind::kDependenciesReady, EventKind::kStarted}) {
    instance.On(event);
  }
  timer.Start(0);
  ASSERT_EQ(timer.OnTime(100), Health::kStuck);
  const Actions actions = instance.On(EventKind::kWatchdogMissed);
  EXPECT_EQ(*actions.begin(), Action::kKillJob);
  instance.On(Event::MainExited(-1024));
  instance.On(EventKind::kJobDead);
  instance.On(EventKind::kDrained);
  const auto verdict = restarts.OnEnd(instance.stop_info(), 100, 100);
  EXPECT_EQ(verdict.event, EventKind::kRestart);
  instance.On(verdict.event);
  EXPECT_EQ(instance.state(), LifeState::kBackoff);
}

}  // namespace
}  // namespace runner
