// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/timer.h"

#include <new>

#include "kernel/time/clock.h"

namespace kernel {

base::Result<base::RefPtr<Timer>> Timer::Create(uint32_t slack_mode, zx_clock_t clock) {
  if (slack_mode > ZX_TIMER_SLACK_LATE) return base::Error(ZX_ERR_INVALID_ARGS);
  if (clock != ZX_CLOCK_MONOTONIC && clock != ZX_CLOCK_BOOT) return base::Error(ZX_ERR_INVALID_ARGS);
  auto timer = base::RefPtr<Timer>::Adopt(new (std::nothrow) Timer(slack_mode, clock));
  if (!timer) return base::Error(ZX_ERR_NO_MEMORY);
  return timer;
}

Timer::~Timer() {
  // A call that began with the last handle may have armed it after OnZeroHandles().
  SpinlockGuard guard(arm_lock_);
  alarm_.Cancel();
}

void Timer::Set(zx_time_t deadline, zx_duration_t slack) {
  SpinlockGuard guard(arm_lock_);
  if (deadline_ != 0 || (signals() & ZX_TIMER_SIGNALED)) [[unlikely]] {
    DisarmLocked();
  }
  // Both timelines are one: the machine is never suspended.
  if (deadline <= Now()) {
    UpdateSignals(0, ZX_TIMER_SIGNALED);
    return;
  }
  deadline_ = deadline;
  slack_ = slack;
  // What never fires needs no alarm.
  if (deadline == ZX_TIME_INFINITE) return;
  if (slack == 0) [[likely]] {
    alarm_.Set(deadline);
  } else {
    ArmWithSlackLocked();
  }
}

void Timer::ArmWithSlackLocked() {
  alarm_.Set(Deadline(deadline_, {.amount = slack_, .mode = slack_mode_}));
}

void Timer::Cancel() {
  SpinlockGuard guard(arm_lock_);
  DisarmLocked();
}

void Timer::DisarmLocked() {
  // From here on nobody sets the signal any more.
  alarm_.Cancel();
  deadline_ = 0;
  slack_ = 0;
  if (signals() & ZX_TIMER_SIGNALED) UpdateSignals(ZX_TIMER_SIGNALED, 0);
}

zx_info_timer_t Timer::GetInfo() {
  SpinlockGuard guard(arm_lock_);
  zx_info_timer_t info = {};
  info.options = slack_mode_;
  info.clock_id = clock_;
  if ((signals() & ZX_TIMER_SIGNALED) == 0) {
    info.deadline = deadline_;
    info.slack = slack_;
  }
  return info;
}

}  // namespace kernel
