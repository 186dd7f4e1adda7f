// SPDX-License-Identifier: BSD-2-Clause
// How a component is supervised, as the table says.
#pragma once

#include "lib/manifest/table.h"
#include "runner/instance.h"
#include "runner/restart.h"
#include "runner/token_bucket.h"

namespace runner {

struct Settings {
  Instance::Traits traits;
  Timeouts timeouts;
  RestartPolicy restart;
  Rate rate;  // of lines in the log

  // `restart` is what the command line says for components whose manifest says nothing.
  static Settings Of(const manifest::Component& component, RestartPolicy::Mode restart) {
    constexpr int64_t kMillisecond = 1'000'000;
    const manifest::Timeouts& timeouts = component.timeouts();
    const manifest::Restart& policy = component.restart();
    const manifest::LogOptions& log = component.log();
    const RestartPolicy::Mode mode = ModeOf(policy.policy);
    return {.traits = {.notify = component.stop_event() == manifest::StopEvent::kNotify,
                       .critical = component.has(manifest::Flag::kMainProcessCritical)},
            .timeouts = {.readiness = timeouts.start_ms * kMillisecond,
                         .stop = timeouts.stop_ms * kMillisecond,
                         .kill = timeouts.kill_ms * kMillisecond},
            .restart = {.mode = mode == RestartPolicy::Mode::kNever ? restart : mode,
                        .first_delay = policy.first_delay_ms * kMillisecond,
                        .max_delay = policy.max_delay_ms * kMillisecond,
                        .burst = policy.burst,
                        .window = policy.window_ms * kMillisecond,
                        .stable = policy.stable_ms * kMillisecond},
            .rate = {.per_second = log.lines_per_second, .burst = log.burst}};
  }

 private:
  static constexpr RestartPolicy::Mode ModeOf(manifest::RestartPolicy policy) {
    switch (policy) {
      case manifest::RestartPolicy::kOnFailure: return RestartPolicy::Mode::kOnFailure;
      case manifest::RestartPolicy::kOnAbnormal: return RestartPolicy::Mode::kOnAbnormal;
      case manifest::RestartPolicy::kAlways: return RestartPolicy::Mode::kAlways;
      default: return RestartPolicy::Mode::kNever;
    }
  }
};

}  // namespace runner
