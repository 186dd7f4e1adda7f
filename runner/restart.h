// SPDX-License-Identifier: BSD-2-Clause
// Whether and when a component that ended starts again.
#pragma once

#include <array>
#include <cstdint>

#include "runner/instance.h"

namespace runner {

// Durations in nanoseconds.
struct RestartPolicy {
  enum class Mode : uint8_t {
    kNever,
    kOnFailure,   // unless it ended with code 0
    kOnAbnormal,  // when it did not end by itself: crashed, killed, missed a limit
    kAlways,
  };
  // Restarts that fit in a window at most; `burst` beyond this counts as this.
  static constexpr uint32_t kMaxBurst = 32;

  Mode mode = Mode::kNever;
  int64_t first_delay = 100'000'000;
  int64_t max_delay = 30'000'000'000;
  uint32_t burst = 5;  // restarts within `window`, then it is given up; 0: never given up
  int64_t window = 10'000'000'000;
  int64_t stable = 10'000'000'000;  // a run at least this long starts the delays anew
};

// Counts one component's restarts. A restart that asked for it is none of its business: an ended
// run counts only if nobody asked for the end.
class RestartTracker {
 public:
  struct Verdict {
    EventKind event;    // kRestart, kRest or kGiveUp
    int64_t delay = 0;  // before the restart
  };

  explicit RestartTracker(const RestartPolicy& policy) : policy_(policy) {}

  // The verdict on a run that took `uptime` and ended at `now` as `info` says.
  Verdict OnEnd(const StopInfo& info, int64_t uptime, int64_t now);

  // Restarts granted since the beginning.
  uint32_t restart_count() const { return restart_count_; }

 private:
  bool Wants(const StopInfo& info) const;
  uint32_t burst() const;
  int64_t NextDelay();

  const RestartPolicy policy_;
  uint32_t restart_count_ = 0;
  uint32_t short_runs_ = 0;  // in a row
  // When the last restarts were granted, by restart_count_.
  std::array<int64_t, RestartPolicy::kMaxBurst> granted_ = {};
};

}  // namespace runner
