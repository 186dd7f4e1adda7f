// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <zircon/syscalls/object.h>

#include "kernel/object/object.h"
#include "kernel/time/timer_queue.h"
#include "lib/base/result.h"

namespace kernel {

// Becomes ZX_TIMER_SIGNALED at a point in time.
//
// Lifetime: without handles it is disarmed; nobody could see it fire.
// Locking: arm_lock_ (outside lock()) makes arming and disarming one step each. The alarm's callback does
// not take it, so that a callback that is running can be waited for.
class Timer final : public Object {
 public:
  static constexpr ObjectType kType = ObjectType::kTimer;
  static constexpr zx_rights_t kDefaultRights = ZX_RIGHTS_BASIC | ZX_RIGHT_WRITE | ZX_RIGHT_SIGNAL;

  // `slack_mode`: ZX_TIMER_SLACK_*; `clock`: ZX_CLOCK_*, the timeline of its deadlines.
  // Errors: ZX_ERR_INVALID_ARGS unknown mode or clock, ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Timer>> Create(uint32_t slack_mode, zx_clock_t clock);
  ~Timer() override;

  // Arms it anew, without the signal. A deadline that has passed sets the signal at once.
  // `slack`: ns, not negative.
  void Set(zx_time_t deadline, zx_duration_t slack) EXCLUDES(arm_lock_);
  // Disarms it and clears the signal.
  void Cancel() EXCLUDES(arm_lock_);

  void OnZeroHandles() override EXCLUDES(arm_lock_) { Cancel(); }

  // Deadline and slack are 0 when it is not armed.
  zx_info_timer_t GetInfo() EXCLUDES(arm_lock_);

 private:
  // Sets the signal.
  class FiringAlarm final : public Alarm {
   public:
    explicit FiringAlarm(Timer& timer) : Alarm(&FiringAlarm::Fire), timer_(timer) {}

   private:
    static void Fire(Alarm& alarm) {
      static_cast<FiringAlarm&>(alarm).timer_.UpdateSignals(0, ZX_TIMER_SIGNALED);
    }
    Timer& timer_;
  };

  Timer(uint32_t slack_mode, zx_clock_t clock)
      : Object(kType), slack_mode_(slack_mode), clock_(clock), alarm_(*this) {}
  // Both apart from Set(), which has neither to do as a rule.
  [[gnu::noinline]] void DisarmLocked() REQUIRES(arm_lock_);
  [[gnu::noinline]] void ArmWithSlackLocked() REQUIRES(arm_lock_);

  const uint32_t slack_mode_;
  const zx_clock_t clock_;

  Spinlock arm_lock_{LockRank::kTimer};
  FiringAlarm alarm_ GUARDED_BY(arm_lock_);
  // What it was armed with; out of date once the signal is set.
  zx_time_t deadline_ GUARDED_BY(arm_lock_) = 0;
  zx_duration_t slack_ GUARDED_BY(arm_lock_) = 0;
};

}  // namespace kernel
