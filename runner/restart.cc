// SPDX-License-Identifier: BSD-2-Clause
#include "runner/restart.h"

#include <algorithm>

namespace runner {

RestartTracker::Verdict RestartTracker::OnEnd(const StopInfo& info, int64_t uptime, int64_t now) {
  if (!Wants(info)) return {EventKind::kRest};
  const uint32_t most = burst();
  if (most != 0 && restart_count_ >= most) {
    // The oldest of the last `most` restarts.
    const int64_t oldest = granted_[(restart_count_ - most) % granted_.size()];
    if (now - oldest < policy_.window) return {EventKind::kGiveUp};
  }
  if (uptime >= policy_.stable) short_runs_ = 0;
  granted_[restart_count_ % granted_.size()] = now;
  ++restart_count_;
  return {EventKind::kRestart, NextDelay()};
}

bool RestartTracker::Wants(const StopInfo& info) const {
  switch (policy_.mode) {
    case RestartPolicy::Mode::kNever: return false;
    case RestartPolicy::Mode::kOnFailure: return info.termination != Termination::kOk;
    // Codes of the kernel are negative (ZX_TASK_RETCODE_*).
    case RestartPolicy::Mode::kOnAbnormal:
      return info.termination != Termination::kOk && (!info.code || *info.code < 0);
    case RestartPolicy::Mode::kAlways: return true;
  }
}

uint32_t RestartTracker::burst() const {
  return std::min(policy_.burst, RestartPolicy::kMaxBurst);
}

int64_t RestartTracker::NextDelay() {
  int64_t delay = policy_.first_delay;
  for (uint32_t run = 0; run < short_runs_ && delay < policy_.max_delay; ++run) {
    if (__builtin_mul_overflow(delay, 2, &delay)) delay = policy_.max_delay;
  }
  ++short_runs_;
  return std::min(delay, policy_.max_delay);
}

}  // namespace runner
