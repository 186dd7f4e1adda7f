// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/time/timer_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include <arch/counter.h>
#include <arch/host_machine.h>

#include "kernel/time/clock.h"

namespace {

using kernel::Timer;
using kernel::TimerQueue;

// A timer that writes down when it fired.
class Recorder : public Timer {
 public:
  Recorder(std::vector<const Recorder*>& fired, int name = 0)
      : Timer(&Recorder::Fire), name_(name), fired_(fired) {}
  int name() const { return name_; }

 private:
  static void Fire(Timer& timer) {
    auto& self = static_cast<Recorder&>(timer);
    EXPECT_GE(kernel::Now(), self.deadline());
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
  struct Periodic : Timer {
    Periodic() : Timer([](Timer& timer) {
      auto& self = static_cast<Periodic&>(timer);
      if (++self.count < 3) self.Set(self.deadline() + 10);
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

// Random operations on the heap and on a sorted list; both must fire the same in the same order.
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
          return a->deadline() < b->deadline();
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
