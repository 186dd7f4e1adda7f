// SPDX-License-Identifier: BSD-2-Clause
// Plays a scenario under many schedules: first all with few preemptions, then random ones.
//
// A preemption matters only before a step whose word the other CPU accesses later in that run, one of the two
// writing. So the schedules with n + 1 preemptions are those with n, extended at the steps that matter in their
// runs. What a processor reorders is not shown.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tests/kernel/interleave/stage.h"

namespace interleave {

struct Budget {
  // Schedules of each kind, and preemptions of the first.
  uint32_t systematic = 0;
  uint32_t random = 0;
  uint32_t bound = 3;
  uint32_t seed = 1;
};

struct Findings {
  // With a schedule that leads to each.
  std::map<std::string, Schedule> outcomes;
  uint32_t schedules = 0;
  // All schedules with so many preemptions have been played.
  uint32_t complete_bound = 0;
  // What broke the laws of every scenario, and how.
  std::string failure;
  Schedule failing;
};

// Stops at the first failure; a machine that is stuck is of no use after it.
Findings Explore(const Scenario& scenario, const Budget& budget);
// Plays one schedule; returns what is wrong with it or nothing, and fills in the outcome.
std::string PlayOnce(const Scenario& scenario, const Schedule& schedule, std::string& outcome);
// The same as text for whoever dies meanwhile: how to play it again. Empty between plays.
const char* Playing();

}  // namespace interleave
