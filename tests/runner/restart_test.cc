// SPDX-License-Identifier: BSD-2-Clause
#include "runner/restart.h"

#include <gtest/gtest.h>

#include <vector>

namespace runner {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr StopInfo kFailure{Termination::kInstanceDied, 1};
constexpr StopInfo kCrash{Termination::kInstanceDied, -1028};
constexpr StopInfo kSuccess{Termination::kOk, 0};

constexpr RestartPolicy kEndless{.mode = RestartPolicy::Mode::kOnFailure,
                                 .first_delay = 100 * kMs,
                                 .max_delay = 1000 * kMs,
                                 .burst = 0,
                                 .stable = 5000 * kMs};

// Ends the run after `uptime`, waits for the delay it is given.
class Clock {
 public:
  explicit Clock(const RestartPolicy& policy) : tracker_(policy) {}
  EventKind End(const StopInfo& info, int64_t uptime) {
    now_ += uptime;
    const auto verdict = tracker_.OnEnd(info, uptime, now_);
    delay_ = verdict.delay;
    now_ += delay_;
    return verdict.event;
  }
  int64_t delay_ms() const { return delay_ / kMs; }
  RestartTracker& tracker() { return tracker_; }

 private:
  RestartTracker tracker_;
  int64_t now_ = 0;
  int64_t delay_ = 0;
};

TEST(Restart, backoff_sequence_exact_with_fake_time) {
  Clock clock(kEndless);
  std::vector<int64_t> delays;
  for (int run = 0; run < 7; ++run) {
    EXPECT_EQ(clock.End(kFailure, kMs), EventKind::kRestart);
    delays.push_back(clock.delay_ms());
  }
  EXPECT_EQ(delays, (std::vector<int64_t>{100, 200, 400, 800, 1000, 1000, 1000}));
  EXPECT_EQ(clock.tracker().restart_count(), 7u);
}

TEST(Restart, AStableRunStartsTheDelaysAnew) {
  Clock clock(kEndless);
  clock.End(kFailure, kMs);
  clock.End(kFailure, kMs);
  EXPECT_EQ(clock.delay_ms(), 200);
  clock.End(kFailure, 4999 * kMs);
  EXPECT_EQ(clock.delay_ms(), 400);
  clock.End(kFailure, 5000 * kMs);
  EXPECT_EQ(clock.delay_ms(), 100);
  clock.End(kFailure, kMs);
  EXPECT_EQ(clock.delay_ms(), 200);
}

TEST(Restart, HugeDelaysDoNotOverflow) {
  RestartPolicy policy = kEndless;
  policy.first_delay = policy.max_delay = INT64_MAX;
  RestartTracker tracker(policy);
  for (int run = 0; run < 3; ++run) EXPECT_EQ(tracker.OnEnd(kCrash, 0, 0).delay, INT64_MAX);
  policy.first_delay = INT64_MAX / 2 + 1;
  RestartTracker doubling(policy);
  doubling.OnEnd(kCrash, 0, 0);
  EXPECT_EQ(doubling.OnEnd(kCrash, 0, 0).delay, INT64_MAX);
}

TEST(Restart, give_up_action) {
  RestartPolicy policy = kEndless;
  policy.burst = 3;
  policy.window = 1000 * kMs;
  Clock clock(policy);
  // Granted at 10, 120 and 330 ms; the next end is at 740 ms.
  for (int run = 0; run < 3; ++run) EXPECT_EQ(clock.End(kFailure, 10 * kMs), EventKind::kRestart);
  EXPECT_EQ(clock.End(kFailure, 10 * kMs), EventKind::kGiveUp);
  EXPECT_EQ(clock.tracker().restart_count(), 3u);
}

TEST(Restart, RestartsOutsideOfTheWindowAreForgotten) {
  RestartPolicy policy = kEndless;
  policy.burst = 2;
  policy.window = 1000 * kMs;
  RestartTracker tracker(policy);
  const auto end_at = [&](int64_t ms) { return tracker.OnEnd(kFailure, kMs, ms * kMs).event; };
  EXPECT_EQ(end_at(0), EventKind::kRestart);
  EXPECT_EQ(end_at(500), EventKind::kRestart);
  EXPECT_EQ(end_at(1000), EventKind::kRestart);
  EXPECT_EQ(end_at(1499), EventKind::kGiveUp);
  EXPECT_EQ(end_at(1500), EventKind::kRestart);
}

TEST(Restart, ABurstBeyondTheLimitIsTheLimit) {
  RestartPolicy policy = kEndless;
  policy.burst = 1000;
  policy.window = INT64_MAX;
  RestartTracker tracker(policy);
  for (uint32_t run = 0; run < RestartPolicy::kMaxBurst; ++run) {
    ASSERT_EQ(tracker.OnEnd(kFailure, 0, run).event, EventKind::kRestart);
  }
  EXPECT_EQ(tracker.OnEnd(kFailure, 0, 100).event, EventKind::kGiveUp);
}

TEST(Restart, TheModeSaysWhichEndsCount) {
  using Mode = RestartPolicy::Mode;
  const auto restarts = [](Mode mode, const StopInfo& info) {
    RestartPolicy policy = kEndless;
    policy.mode = mode;
    return RestartTracker(policy).OnEnd(info, 0, 0).event == EventKind::kRestart;
  };
  const StopInfo unknown{Termination::kInternal, {}};
  for (const StopInfo& info : {kSuccess, kFailure, kCrash, unknown}) {
    EXPECT_FALSE(restarts(Mode::kNever, info));
    EXPECT_TRUE(restarts(Mode::kAlways, info));
    EXPECT_EQ(restarts(Mode::kOnFailure, info), info.termination != Termination::kOk);
  }
  EXPECT_FALSE(restarts(Mode::kOnAbnormal, kSuccess));
  EXPECT_FALSE(restarts(Mode::kOnAbnormal, kFailure));
  EXPECT_TRUE(restarts(Mode::kOnAbnormal, kCrash));
  EXPECT_TRUE(restarts(Mode::kOnAbnormal, unknown));
}

}  // namespace
}  // namespace runner
