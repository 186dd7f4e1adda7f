// SPDX-License-Identifier: BSD-2-Clause
// Whether the exploration finds what it is for: each of these bugs must be found, with a schedule to see it again.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "kernel/object/channel.h"
#include "kernel/object/event.h"
#include "kernel/object/port.h"
#include "kernel/syscalls/syscalls.h"
#include "kernel/vm/address_space.h"
#include "kernel/vm/backing.h"
#include "kernel/vm/vmar.h"
#include "kernel/vm/vmo.h"
#include "tests/kernel/interleave/explorer.h"
#include "tests/kernel/interleave/scenarios.h"

namespace interleave {
namespace {

constexpr Budget kBudget = {.systematic = 1000, .random = 1000};

const Scenario& Named(std::string_view name) {
  const auto all = AllScenarios();
  return *std::ranges::find(all, name, &Scenario::name);
}

// A scenario of the list with another way to set it up.
Scenario With(std::string_view name, Scenario::Program set_up) {
  Scenario scenario = Named(name);
  scenario.set_up = set_up;
  return scenario;
}

template <class T>
T& ObjectOf(Stage& stage, size_t index) {
  // The handle keeps it.
  return **stage.process(0).handles().Get<T>(stage.handle[index], 0);
}

// For a child process, because the machine may be of no use afterwards.
void Find(const Scenario& scenario) {
  const Findings findings = Explore(scenario, kBudget);
  std::string found = findings.failure.empty() ? "" : findings.failing.Text();
  for (const auto& [outcome, schedule] : findings.outcomes) {
    if (std::ranges::find(scenario.outcomes, outcome) == scenario.outcomes.end()) found = schedule.Text();
  }
  if (found.empty()) return;
  fprintf(stderr, "%s\n--replay=%s:%s\n", findings.failure.c_str(), std::string(scenario.name).c_str(), found.c_str());
  std::_Exit(1);
}

#define EXPECT_FOUND(...) EXPECT_DEATH(Find(__VA_ARGS__), "--replay=")

TEST(PlantedBug, NothingIsFoundWhereThereIsNone) {
  for (const std::string_view name : {"ReadAgainstRead", "SignalAgainstPortWait", "TransferAgainstClose"}) {
    Find(Named(name));
  }
}

// A lock is left out: whoever wants it gets it.

TEST(PlantedBug, AChannelWithoutItsLock) {
  EXPECT_FOUND(With("CloseAgainstWrite", [](Stage& stage) {
    Named("CloseAgainstWrite").set_up(stage);
    Machine::The().LeaveOutLocksOf(ObjectOf<kernel::Channel>(stage, 1).lock());
  }));
}

TEST(PlantedBug, APortWithoutItsLock) {
  EXPECT_FOUND(With("QueueAgainstPortWait", [](Stage& stage) {
    Named("QueueAgainstPortWait").set_up(stage);
    Machine::The().LeaveOutLocksOf(ObjectOf<kernel::Port>(stage, 1));
  }));
}

TEST(PlantedBug, AHandleTableWithoutItsLock) {
  EXPECT_FOUND(With("TransferAgainstClose", [](Stage& stage) {
    Named("TransferAgainstClose").set_up(stage);
    Machine::The().LeaveOutLocksOf(stage.process(0).handles());
  }));
}

TEST(PlantedBug, AFutexTableWithoutItsLock) {
  EXPECT_FOUND(With("FutexWakeAgainstWait", [](Stage& stage) {
    Machine::The().LeaveOutLocksOf(stage.process(0).futexes());
  }));
}

TEST(PlantedBug, PagesWithoutTheirLock) {
  EXPECT_FOUND(With("ResizeAgainstWrite", [](Stage& stage) {
    Named("ResizeAgainstWrite").set_up(stage);
    Machine::The().LeaveOutLocksOf(ObjectOf<kernel::Vmo>(stage, 0).backing());
  }));
}

// Mistakes that kernels have made, by programs that do a call's work in the wrong way.

// Zircon in 2017: looked through the queue before it took the registration out.
void CancelInTheWrongOrder(Stage& stage) {
  stage.Note(call::WaitAsync(stage.handle[0], stage.handle[1], kKey, ZX_EVENT_SIGNALED));
  auto& port = ObjectOf<kernel::Port>(stage, 1);
  auto& event = ObjectOf<kernel::Event>(stage, 0);
  port.CancelQueued(event.koid(), kKey);
  event.RemoveObserversIf([&](const kernel::Observer& observer) { return observer.IsRegistration(&port, kKey); });
  stage.Note(ZX_OK);
  stage.Note(call::PortWait(stage.handle[1], 0));
}

TEST(PlantedBug, APortCancelInTheWrongOrder) {
  Scenario scenario = Named("SignalAgainstCancel");
  scenario.second = &CancelInTheWrongOrder;
  EXPECT_FOUND(scenario);
}

// The same schedule shows the same thing again: the packet that had been cancelled.
TEST(PlantedBug, IsSeenAgainWithItsSchedule) {
  Scenario scenario = Named("SignalAgainstCancel");
  scenario.second = &CancelInTheWrongOrder;
  constexpr auto kWrong = "OK / OK OK OK";
  const Findings findings = Explore(scenario, kBudget);
  ASSERT_TRUE(findings.outcomes.contains(kWrong));
  const Schedule schedule = Schedule::Parse(findings.outcomes.at(kWrong).Text());
  for (int repeat = 0; repeat < 10; ++repeat) {
    std::string outcome;
    EXPECT_EQ(PlayOnce(scenario, schedule, outcome), "");
    EXPECT_EQ(outcome, kWrong);
  }
}

// Looks first and registers for what comes later; what comes in between is lost.
TEST(PlantedBug, ALostWakeUp) {
  Scenario scenario = Named("SignalAgainstPortWait");
  scenario.set_up = Named("SignalAgainstCancel").set_up;
  scenario.second = [](Stage& stage) {
    if (call::Wait(stage.handle[0], ZX_EVENT_SIGNALED, 0) != ZX_OK) {
      (void)call::WaitAsync(stage.handle[0], stage.handle[1], kKey, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_EDGE);
      stage.Note(call::PortWait(stage.handle[1]));
    }
  };
  EXPECT_DEATH(Find(scenario), "deadlock(.|\n)*--replay=");
}

// A new process's root region without a look at whether its job has been killed.
TEST(PlantedBug, ARegionOfAProcessThatIsGone) {
  Scenario scenario = Named("JobKillAgainstCreate");
  scenario.second = [](Stage& stage) {
    auto process = kernel::Process::Create(base::RefPtr<kernel::Job>(&ObjectOf<kernel::Job>(stage, 0)), "p");
    if (!process) return stage.Note(process.error());
    const kernel::HandleEntry handle(*process, 0);
    const base::RefPtr<kernel::Vmar> root(&(*process)->address_space().root());
    stage.Note(ZX_OK);
  };
  EXPECT_FOUND(scenario);
}

}  // namespace
}  // namespace interleave
