// SPDX-License-Identifier: BSD-2-Clause
#include "runner/watchdog.h"

namespace runner {

WatchdogTimer::Health WatchdogTimer::OnTime(int64_t now) {
  while (next_ && now >= *next_) {
    ++missed_;
    *next_ += settings_.period;
    if (missed_ < settings_.misses) continue;
    next_.reset();
    return Health::kStuck;
  }
  return Health::kWell;
}

}  // namespace runner
