// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/time/timer_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <arch/counter.h>
#include <arch/host_machine.h>

#include "kernel/time/clock.h"

namespace {

using kernel::Alarm;
using kernel::TimerQueue;

// An alarm that writes down when it fired.
class Recorder : public Alarm {
 public:
  Recorder(std::vector<const Recorder*>& fired, int name = 0)
      : Alarm(&Recorder::Fire), name_(name), fired_(fired) {}
  int name() const { return name_; }

 private:
  static void Fire(Alarm& alarm) {
    auto& self = static_cast<Recorder&>(alarm);
    EXPECT_GE(kernel::Now(), self.due());
    self.fired_.push_back(&self);
  }
  const int name_;
  std::vector<const Recorder*>& fired_;
};

class TimerQueueTest : public testing::Test {
 protected:
  TimerQueueTest() {
    arch::host::SetCpu(0);
    kernel::InitClock();
    SetTime(0);
    TimerQueue::This().SetSliceEnd(ZX_TIME_INFINITE);
    TimerQueue::This().Expire();
    arch::ClearDeadline();
  }

  static void SetTime(zx_instant_mono_t now) { arch::host::SetCounter(static_cast<uint64_t>(now)); }
  static void ExpireAt(zx_instant_mono_t now) {
    SetTime(now);
    arch::ClearDeadline();
    TimerQueue::This().Expire();
  }

  std::vector<const Recorder*> fired_;
};

TEST_F(TimerQueueTest, FiresAtItsDeadlineAndNotBefore) {
  Recorder timer(fired_);
  timer.Set(100);

  ExpireAt(99);
  EXPECT_TRUE(fired_.empty());

  ExpireAt(100);
  EXPECT_EQ(fired_.size(), 1u);

  ExpireAt(200);
  EXPECT_EQ(fired_.size(), 1u);
}

TEST_F(TimerQueueTest, ACancelledTimerDoesNotFire) {
  Recorder timer(fired_);
  timer.Set(100);
  timer.Cancel();
  timer.Cancel();

  ExpireAt(1000);

  EXPECT_TRUE(fired_.empty());
}

TEST_F(TimerQueueTest, MayBeSetAgainFromItsOwnCallback) {
  struct Periodic : Alarm {
    Periodic() : Alarm([](Alarm& alarm) {
      auto& self = static_cast<Periodic&>(alarm);
      if (++self.count < 3) self.Set(self.due() + 10);
    }) {}
    int count = 0;
  } timer;
  timer.Set(10);

  for (zx_instant_mono_t now = 10; now <= 60; now += 10) ExpireAt(now);

  EXPECT_EQ(timer.count, 3);
}

TEST_F(TimerQueueTest, TheHardwareIsSetToTheEarliestDeadline) {
  Recorder late(fired_);
  Recorder early(fired_);
  late.Set(500);
  EXPECT_EQ(arch::host::Deadline(), 500u);
  early.Set(200);
  EXPECT_EQ(arch::host::Deadline(), 200u);

  ExpireAt(200);
  EXPECT_EQ(arch::host::Deadline(), 500u);

  ExpireAt(500);
  EXPECT_EQ(arch::host::Deadline(), UINT64_MAX);
}

TEST_F(TimerQueueTest, TheEndOfASliceCountsAsADeadline) {
  Recorder timer(fired_);
  timer.Set(500);
  TimerQueue::This().SetSliceEnd(300);

  EXPECT_EQ(arch::host::Deadline(), 300u);

  timer.Cancel();
  TimerQueue::This().SetSliceEnd(ZX_TIME_INFINITE);
}

TEST_F(TimerQueueTest, AlarmsOfOneInstantFireInTheOrderTheyWereSet) {
  std::vector<std::unique_ptr<Recorder>> timers;
  for (int name = 0; name < 6; ++name) timers.emplace_back(std::make_unique<Recorder>(fired_, name))->Set(100);
  // The first of them, one in the middle and the last.
  for (const size_t gone : {0u, 3u, 5u}) timers[gone]->Cancel();
  timers[0]->Set(100);

  ExpireAt(100);

  std::vector<int> names;
  for (const Recorder* timer : fired_) names.push_back(timer->name());
  EXPECT_EQ(names, (std::vector{1, 2, 4, 0}));
}

// The window of a deadline at 1000 with slack 100 in each mode, and what is around it.
TEST_F(TimerQueueTest, SlackJoinsTheNearestAlarmOfTheWindow) {
  struct Case {
    uint32_t mode;
    std::vector<zx_instant_mono_t> others;
    zx_instant_mono_t due;
  };
  const Case cases[] = {
      {ZX_TIMER_SLACK_CENTER, {}, 1000},
      {ZX_TIMER_SLACK_CENTER, {899, 1101}, 1000},
      {ZX_TIMER_SLACK_CENTER, {900}, 900},
      {ZX_TIMER_SLACK_CENTER, {1100}, 1100},
      {ZX_TIMER_SLACK_CENTER, {910, 950, 1060, 1090}, 950},
      {ZX_TIMER_SLACK_CENTER, {940, 1060}, 1060},
      {ZX_TIMER_SLACK_CENTER, {930, 1000, 1001}, 1000},
      {ZX_TIMER_SLACK_EARLY, {}, 1000},
      {ZX_TIMER_SLACK_EARLY, {1001}, 1000},
      {ZX_TIMER_SLACK_EARLY, {900, 1001}, 900},
      {ZX_TIMER_SLACK_EARLY, {899}, 1000},
      {ZX_TIMER_SLACK_LATE, {}, 1000},
      {ZX_TIMER_SLACK_LATE, {999}, 1000},
      {ZX_TIMER_SLACK_LATE, {999, 1100}, 1100},
      {ZX_TIMER_SLACK_LATE, {1101}, 1000},
  };
  for (const Case& expected : cases) {
    std::vector<std::unique_ptr<Recorder>> others;
    for (const zx_instant_mono_t other : expected.others) {
      others.emplace_back(std::make_unique<Recorder>(fired_))->Set(other);
    }
    Recorder timer(fired_);
    timer.Set({1000, {.amount = 100, .mode = expected.mode}});

    EXPECT_EQ(timer.due(), expected.due) << "mode " << expected.mode << " among " << others.size();

    timer.Cancel();
    for (const auto& other : others) other->Cancel();
  }
}

TEST_F(TimerQueueTest, SlackWithoutEndStopsAtTheEndsOfTime) {
  Recorder other(fired_);
  other.Set(500);
  Recorder timer(fired_);
  timer.Set({ZX_TIME_INFINITE - 1, {.amount = INT64_MAX, .mode = ZX_TIMER_SLACK_CENTER}});

  EXPECT_EQ(timer.due(), 500);

  other.Cancel();
  timer.Cancel();
}

TEST_F(TimerQueueTest, AJoinedAlarmStaysWhenTheOtherIsCancelled) {
  Recorder other(fired_);
  other.Set(1050);
  Recorder timer(fired_);
  timer.Set({1000, {.amount = 100, .mode = ZX_TIMER_SLACK_LATE}});
  other.Cancel();

  ExpireAt(1049);
  EXPECT_TRUE(fired_.empty());
  ExpireAt(1050);
  EXPECT_EQ(fired_.size(), 1u);
}

// The owner may free what the callback uses as soon as Cancel() returns.
TEST_F(TimerQueueTest, CancelWaitsForACallbackThatRunsOnAnotherCpu) {
  struct Slow : Alarm {
    Slow() : Alarm([](Alarm& alarm) {
      auto& self = static_cast<Slow&>(alarm);
      self.entered = true;
      for (int i = 0; i < 1'000'000; ++i) self.turns.fetch_add(1, std::memory_order_relaxed);
      self.done = true;
    }) {}
    std::atomic<bool> entered = false;
    std::atomic<int> turns = 0;
    std::atomic<bool> done = false;
  } slow;
  SetTime(100);
  std::thread other([&] {
    arch::host::SetCpu(1);
    slow.Set(100);
    TimerQueue::This().Expire();
  });
  while (!slow.entered) std::this_thread::yield();

  slow.Cancel();

  EXPECT_TRUE(slow.done);
  other.join();
}

// Random operations on the queue and on a sorted list; both must fire the same in the same order.
TEST_F(TimerQueueTest, BehavesLikeASortedList) {
  constexpr int kTimers = 64;
  std::mt19937 random(42);
  std::vector<std::unique_ptr<Recorder>> timers;
  for (int name = 0; name < kTimers; ++name) timers.push_back(std::make_unique<Recorder>(fired_, name));
  std::vector<int64_t> model(kTimers, 0);  // deadline, 0: not set
  zx_instant_mono_t now = 0;

  for (int step = 0; step < 20'000; ++step) {
    const size_t name = random() % kTimers;
    switch (random() % 4) {
      case 0:
      case 1:
        if (model[name] != 0) timers[name]->Cancel();
        model[name] = now + 1 + static_cast<int64_t>(random() % 1000);
        timers[name]->Set(model[name]);
        break;
      case 2:
        timers[name]->Cancel();
        model[name] = 0;
        break;
      default: {
        now += static_cast<int64_t>(random() % 40);
        fired_.clear();
        ExpireAt(now);
        std::vector<int> expected;
        for (int due = 0; due < kTimers; ++due) {
          if (model[static_cast<size_t>(due)] != 0 && model[static_cast<size_t>(due)] <= now) expected.push_back(due);
        }
        ASSERT_TRUE(std::is_sorted(fired_.begin(), fired_.end(), [](const Recorder* a, const Recorder* b) {
          return a->due() < b->due();
        }));
        std::vector<int> names;
        for (const Recorder* timer : fired_) names.push_back(timer->name());
        std::sort(names.begin(), names.end());
        ASSERT_EQ(names, expected) << "step " << step;
        for (const int due : expected) model[static_cast<size_t>(due)] = 0;
      }
    }
  }
  for (const auto& timer : timers) timer->Cancel();
}

}  // namespace
