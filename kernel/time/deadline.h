// SPDX-License-Identifier: BSD-2-Clause
// Points in time that may be missed a little.
#pragma once

#include <zircon/types.h>

#include "lib/clock/affine.h"

namespace kernel {

// How far from its deadline something may happen, so that it can share an interrupt with something else.
struct TimerSlack {
  zx_duration_t amount = 0;                  // ns, not negative
  uint32_t mode = ZX_TIMER_SLACK_CENTER;     // ZX_TIMER_SLACK_*: to which side
};

// An instant of monotonic time in ns with the window its slack makes, which contains it.
class Deadline {
 public:
  // Without slack.
  constexpr Deadline(zx_instant_mono_t when) : when_(when), earliest_(when), latest_(when) {}
  constexpr Deadline(zx_instant_mono_t when, TimerSlack slack) : Deadline(when) {
    // What never comes has no window.
    if (when == ZX_TIME_INFINITE) return;
    if (slack.mode != ZX_TIMER_SLACK_LATE) earliest_ = affine::SaturatingAdd(when, -slack.amount);
    if (slack.mode != ZX_TIMER_SLACK_EARLY) latest_ = affine::SaturatingAdd(when, slack.amount);
  }

  constexpr zx_instant_mono_t when() const { return when_; }
  constexpr zx_instant_mono_t earliest() const { return earliest_; }
  constexpr zx_instant_mono_t latest() const { return latest_; }

 private:
  zx_instant_mono_t when_;
  zx_instant_mono_t earliest_;
  zx_instant_mono_t latest_;
};

// What never comes.
inline constexpr Deadline kNever(ZX_TIME_INFINITE);

}  // namespace kernel
