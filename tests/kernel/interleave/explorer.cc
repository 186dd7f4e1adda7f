// SPDX-License-Identifier: BSD-2-Clause
#include "tests/kernel/interleave/explorer.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <set>
#include <unordered_map>
#include <vector>

namespace interleave {
namespace {

// The steps of the last run before which the other CPU's going on can make a difference.
std::vector<uint32_t> StepsThatMatter() {
  struct LastUse {
    uint32_t read[kCpus] = {};
    uint32_t written[kCpus] = {};
  };
  const std::vector<Step>& steps = Machine::The().steps();
  std::unordered_map<const volatile void*, LastUse> uses;
  for (const Step& step : steps) {
    LastUse& use = uses[step.word];
    uint32_t& last = (step.writes ? use.written : use.read)[step.cpu];
    last = std::max(last, step.done);
  }
  std::vector<uint32_t> matter;
  for (uint32_t index = 0; index < steps.size(); ++index) {
    const Step& step = steps[index];
    const LastUse& use = uses[step.word];
    const uint32_t other = kCpus - 1 - step.cpu;
    if (use.written[other] > index || (step.writes && use.read[other] > index)) matter.push_back(index);
  }
  return matter;
}

std::string playing;

class Exploration {
 public:
  Exploration(const Scenario& scenario, const Budget& budget) : scenario_(scenario), budget_(budget) {}

  Findings Run() {
    Systematic();
    Random();
    return std::move(findings_);
  }

 private:
  bool Play(const Schedule& schedule) {
    std::string outcome;
    findings_.failure = PlayOnce(scenario_, schedule, outcome);
    if (!findings_.failure.empty()) {
      findings_.failing = schedule;
      return false;
    }
    ++findings_.schedules;
    findings_.outcomes.emplace(outcome, schedule);
    return true;
  }

  void Systematic() {
    std::vector<Schedule> level = {{.first = 0, .preemptions = {}}, {.first = 1, .preemptions = {}}};
    for (uint32_t bound = 0; bound <= budget_.bound; ++bound) {
      std::vector<Schedule> next;
      // What does not fit into the budget is left out by chance, not by its place.
      const size_t left = budget_.systematic - findings_.schedules;
      const bool complete = level.size() <= left;
      if (!complete) {
        std::shuffle(level.begin(), level.end(), random_);
        level.resize(left);
      }
      for (const Schedule& schedule : level) {
        if (!Play(schedule)) return;
        if (complete) Extend(schedule, next);
      }
      if (!complete) return;
      findings_.complete_bound = bound;
      level = std::move(next);
    }
  }

  void Extend(const Schedule& schedule, std::vector<Schedule>& next) {
    for (const uint32_t step : StepsThatMatter()) {
      mattering_.insert(step);
      if (!schedule.preemptions.empty() && step <= schedule.preemptions.back()) continue;
      next.push_back(schedule);
      next.back().preemptions.push_back(step);
    }
  }

  void Random() {
    const std::vector<uint32_t> steps(mattering_.begin(), mattering_.end());
    for (uint32_t count = 0; count < budget_.random && findings_.failure.empty() && !steps.empty(); ++count) {
      Schedule schedule{.first = static_cast<uint32_t>(random_() % kCpus), .preemptions = {}};
      // The numbers shift with every change, so a neighbour may be the one that matters.
      for (uint64_t changes = 2 + random_() % 6; changes > 0; --changes) {
        schedule.preemptions.push_back(steps[random_() % steps.size()] + static_cast<uint32_t>(random_() % 4));
      }
      std::ranges::sort(schedule.preemptions);
      const auto repeated = std::ranges::unique(schedule.preemptions);
      schedule.preemptions.erase(repeated.begin(), repeated.end());
      if (!Play(schedule)) return;
    }
  }

  const Scenario& scenario_;
  const Budget& budget_;
  Findings findings_;
  // Numbers of steps that mattered in any systematic run.
  std::set<uint32_t> mattering_;
  std::minstd_rand random_{budget_.seed};
};

}  // namespace

Findings Explore(const Scenario& scenario, const Budget& budget) { return Exploration(scenario, budget).Run(); }

const char* Playing() { return playing.c_str(); }

std::string PlayOnce(const Scenario& scenario, const Schedule& schedule, std::string& outcome) {
  playing = std::string(scenario.name) + ":" + schedule.Text();
  // Programs that got stuck still refer to their stage.
  auto* stage = new Stage(scenario);
  const Stage::Result result = stage->Play(schedule);
  outcome = stage->outcome();
  playing.clear();
  switch (result) {
    case Stage::Result::kStuck:
      return "a CPU spins for ever";
    case Stage::Result::kDeadlock:
      return "deadlock: all CPUs are idle after " + outcome;
    case Stage::Result::kLeak:
      delete stage;
      return "something is left behind after " + outcome;
    case Stage::Result::kDone:
      break;
  }
  delete stage;
  return {};
}

}  // namespace interleave
