// SPDX-License-Identifier: BSD-2-Clause
// The timer queue against an unsorted list.
#include "kernel/time/timer_queue.h"

#include <algorithm>
#include <memory>

#include <arch/counter.h>
#include <arch/host_machine.h>

#include "kernel/time/clock.h"
#include "tests/kernel/model/model.h"

namespace model {
namespace {

class TimerQueueModel : public ModelTest {
 protected:
  static constexpr int kAlarms = 48;

  struct ListedAlarm : kernel::Alarm {
    explicit ListedAlarm(std::vector<int>& order, int number)
        : Alarm([](Alarm& alarm) {
            auto& self = static_cast<ListedAlarm&>(alarm);
            self.fired.push_back(self.name);
          }),
          fired(order),
          name(number) {}
    std::vector<int>& fired;
    const int name;
  };
  // What the list knows of an armed alarm.
  struct Entry {
    int name;
    zx_instant_mono_t due;
    uint64_t order;
  };

  TimerQueueModel() {
    arch::host::SetCpu(0);
    kernel::InitClock();
    arch::host::SetCounter(0);
    kernel::TimerQueue::This().SetSliceEnd(ZX_TIME_INFINITE);
    kernel::TimerQueue::This().Expire();
    for (int name = 0; name < kAlarms; ++name) alarms_.push_back(std::make_unique<ListedAlarm>(fired_, name));
  }
  ~TimerQueueModel() override {
    for (const auto& alarm : alarms_) alarm->Cancel();
  }

  void Forget(int name) {
    std::erase_if(armed_, [&](const Entry& entry) { return entry.name == name; });
  }
  // The nearest instant in use within the window; the later of two.
  zx_instant_mono_t Choose(zx_instant_mono_t when, zx_duration_t before, zx_duration_t after) const {
    zx_instant_mono_t best = when;
    int64_t best_distance = INT64_MAX;
    for (const Entry& entry : armed_) {
      const int64_t distance = entry.due - when;
      if (distance < -before || distance > after) continue;
      const int64_t magnitude = distance < 0 ? -distance : distance;
      if (magnitude < best_distance || (magnitude == best_distance && entry.due > best)) {
        best = entry.due;
        best_distance = magnitude;
      }
    }
    return best;
  }
  void Arm(int name) {
    kernel::Alarm& alarm = *alarms_[static_cast<size_t>(name)];
    alarm.Cancel();
    Forget(name);
    const zx_instant_mono_t when = now_ + static_cast<int64_t>(Below(150)) - 10;
    zx_instant_mono_t due = when;
    if (OneIn(2)) {
      alarm.Set(when);
    } else {
      const auto mode = static_cast<uint32_t>(Below(3));
      const auto amount = static_cast<int64_t>(Below(30));
      alarm.Set({when, {.amount = amount, .mode = mode}});
      due = Choose(when, mode == ZX_TIMER_SLACK_LATE ? 0 : amount, mode == ZX_TIMER_SLACK_EARLY ? 0 : amount);
    }
    armed_.push_back({name, due, ++order_});
    EXPECT_EQ(alarm.due(), due);
  }
  void Pass() {
    now_ += static_cast<int64_t>(Below(30));
    arch::host::SetCounter(static_cast<uint64_t>(now_));
    fired_.clear();
    kernel::TimerQueue::This().Expire();
    std::vector<Entry> due;
    for (const Entry& entry : armed_) {
      if (entry.due <= now_) due.push_back(entry);
    }
    std::sort(due.begin(), due.end(), [](const Entry& a, const Entry& b) {
      return a.due != b.due ? a.due < b.due : a.order < b.order;
    });
    std::vector<int> names;
    for (const Entry& entry : due) names.push_back(entry.name);
    EXPECT_EQ(fired_, names);
    for (const int name : names) Forget(name);
  }
  // The hardware must not sleep through a deadline.
  void CheckHardware() {
    for (const Entry& entry : armed_) {
      EXPECT_LE(arch::host::Deadline(), static_cast<uint64_t>(std::max<int64_t>(entry.due, 0)));
    }
  }

  std::vector<int> fired_;
  std::vector<std::unique_ptr<ListedAlarm>> alarms_;
  std::vector<Entry> armed_;
  zx_instant_mono_t now_ = 0;
  uint64_t order_ = 0;
};

TEST_F(TimerQueueModel, FiresWhatAListWouldInItsOrder) {
  RunSteps([&] {
    const int name = static_cast<int>(Below(kAlarms));
    switch (Below(8)) {
      case 0:
      case 1:
        Pass();
        break;
      case 2:
        alarms_[static_cast<size_t>(name)]->Cancel();
        Forget(name);
        break;
      default:
        Arm(name);
    }
    CheckHardware();
  });
}

}  // namespace
}  // namespace model
