// SPDX-License-Identifier: BSD-2-Clause
// Notices a component that stops saying that it is well.
#pragma once

#include <cstdint>
#include <optional>

namespace runner {

struct Watchdog {
  int64_t period = 0;   // in nanoseconds between two heartbeats at most; 0: off
  uint32_t misses = 3;  // periods in a row without one, then it is stuck
};

// Runs while the component is ready. Its owner waits until next() and calls OnTime().
class WatchdogTimer {
 public:
  enum class Health : uint8_t { kWell, kStuck };

  explicit WatchdogTimer(const Watchdog& settings) : settings_(settings) {}

  void Start(int64_t now) { Rearm(now); }
  void Stop() { next_.reset(); }
  // Does nothing unless started.
  void OnHeartbeat(int64_t now) {
    if (next_) Rearm(now);
  }
  // Whether the component is stuck; the timer stops then. Before next() nothing changes.
  Health OnTime(int64_t now);

  // When to call OnTime(); nothing while it is off.
  std::optional<int64_t> next() const { return next_; }
  // Periods in a row without a heartbeat.
  uint32_t missed() const { return missed_; }

 private:
  void Rearm(int64_t now) {
    missed_ = 0;
    if (settings_.period > 0 && settings_.misses > 0) next_ = now + settings_.period;
  }

  const Watchdog settings_;
  std::optional<int64_t> next_;
  uint32_t missed_ = 0;
};

}  // namespace runner
