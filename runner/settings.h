// SPDX-License-Identifier: BSD-2-Clause
// How a component is supervised. The table has no fields for these yet: what it does not say has
// the defaults of the types, or what the command line says for all components.
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

  static Settings Of(const manifest::Component& component, RestartPolicy::Mode restart) {
    return {.traits = {.notify = component.stop_event() == manifest::StopEvent::kNotify,
                       .critical = component.has(manifest::Flag::kMainProcessCritical)},
            .timeouts = {},
            .restart = {.mode = restart},
            .rate = {}};
  }
};

}  // namespace runner
