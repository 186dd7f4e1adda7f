// SPDX-License-Identifier: BSD-2-Clause
#include "runner/instance.h"

#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace runner {
namespace {

using enum EventKind;

constexpr std::array<std::string_view, kLifeStateCount> kStateNames = {
    "Dormant", "Waiting", "Starting", "Running", "Ready",   "Stopping",
    "Killing", "Stuck",   "Zombie",   "Exited",  "Backoff", "Failed"};

constexpr std::array<std::string_view, kEventCount> kEventNames = {
    "Start",     "DependenciesReady", "DependencyFailed", "Started",         "StartFailed",
    "Ready",     "Timer",             "Stop",             "Kill",            "LifecycleClosed",
    "MainExited", "JobDead",          "Drained",          "WatchdogMissed",  "Restart",
    "Rest",      "GiveUp",            "Reset"};

std::string_view NameOf(Action action) {
  switch (action) {
    case Action::kAwaitDependencies: return "await";
    case Action::kLaunch: return "launch";
    case Action::kSendStop: return "send";
    case Action::kKillJob: return "kill";
    case Action::kDrain: return "drain";
    case Action::kAnnounceReady: return "announce";
    case Action::kReport: return "report";
    case Action::kReportFailure: return "failure";
    case Action::kDecide: return "decide";
  }
}

// The new state and what is to be done: "Killing kill".
std::string Outcome(Instance& instance, const Event& event) {
  const Actions actions = instance.On(event);
  std::string text(kStateNames[static_cast<size_t>(instance.state())]);
  for (const Action action : actions) text.append(" ").append(NameOf(action));
  return text;
}

constexpr Instance::Traits kSignals{.notify = true, .signals = true};
constexpr Instance::Traits kNotify{.notify = true};
constexpr Instance::Traits kPlain{};
constexpr Instance::Traits kCritical{.notify = true, .critical = true};

using Path = std::vector<Event>;
const Path kToRunning = {kStart, kDependenciesReady, kStarted};

Path Then(Path path, std::initializer_list<Event> more) {
  path.insert(path.end(), more);
  return path;
}

Instance After(const Instance::Traits& traits, const Path& path) {
  Instance instance(traits);
  for (const Event& event : path) instance.On(event);
  return instance;
}

// ---- Every event in every state -----------------------------------------------------------------

// What becomes of an event; "." stands for: the same state, nothing to do.
struct Row {
  std::string_view name;
  Instance::Traits traits;
  Path path;
  std::string_view state;
  std::array<std::string_view, kEventCount> outcomes;
};

// Outcomes by the order of kEventNames: six of the start, six of the end, six of what is after.
const Row kRows[] = {
    {"Dormant", kSignals, {}, "Dormant",
     {"Waiting await", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", "."}},
    {"Waiting", kSignals, {kStart}, "Waiting",
     {".", "Starting launch", "Failed failure", ".", ".", ".",
      ".", "Dormant", "Dormant", ".", ".", ".",
      ".", ".", ".", ".", ".", "."}},
    {"Starting", kSignals, {kStart, kDependenciesReady}, "Starting",
     {".", ".", ".", "Running", "Failed failure", ".",
      ".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", "."}},
    {"Running", kSignals, kToRunning, "Running",
     {".", ".", ".", ".", ".", "Ready announce",
      "Killing kill", "Stopping send", "Killing kill", ".", "Killing kill", "Killing drain",
      ".", ".", ".", ".", ".", "."}},
    {"Ready", kSignals, Then(kToRunning, {kReadySignal}), "Ready",
     {".", ".", ".", ".", ".", ".",
      ".", "Stopping send", "Killing kill", ".", "Killing kill", "Killing drain",
      ".", "Stuck kill", ".", ".", ".", "."}},
    {"Stopping", kSignals, Then(kToRunning, {kStop}), "Stopping",
     {".", ".", ".", ".", ".", ".",
      "Killing kill", ".", "Killing kill", ".", "Killing kill", "Killing drain",
      ".", ".", ".", ".", ".", "."}},
    {"Killing", kSignals, Then(kToRunning, {kKill}), "Killing",
     {".", ".", ".", ".", ".", ".",
      "Zombie report", ".", ".", ".", ".", "Killing drain",
      ".", ".", ".", ".", ".", "."}},
    {"Stuck", kSignals, Then(kToRunning, {kReadySignal, kWatchdogMissed}), "Stuck",
     {".", ".", ".", ".", ".", ".",
      "Zombie report", ".", ".", ".", ".", "Stuck drain",
      ".", ".", ".", ".", ".", "."}},
    {"Zombie", kSignals, Then(kToRunning, {kKill, kTimer}), "Zombie",
     {".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", "Zombie drain",
      ".", ".", ".", ".", ".", "."}},
    {"Exited", kSignals, Then(kToRunning, {Event::MainExited(1), kJobDead, kDrained}), "Exited",
     {".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", ".",
      ".", ".", "Backoff", "Dormant", "Failed", "."}},
    {"Backoff", kSignals, Then(kToRunning, {Event::MainExited(1), kJobDead, kDrained, kRestart}),
     "Backoff",
     {"Waiting await", ".", ".", ".", ".", ".",
      "Waiting await", "Dormant", "Dormant", ".", ".", ".",
      ".", ".", ".", ".", ".", "."}},
    {"Failed", kSignals, {kStart, kDependenciesReady, kStartFailed}, "Failed",
     {".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", "Dormant"}},

    // States in which more is known than their name says.
    {"KillingDead", kSignals, Then(kToRunning, {Event::MainExited(0), kJobDead}), "Killing",
     {".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", "Killing drain",
      "Exited report decide", ".", ".", ".", ".", "."}},
    {"ZombieDead", kSignals, Then(kToRunning, {kKill, kTimer, kJobDead}), "Zombie",
     {".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", "Zombie drain",
      "Exited decide", ".", ".", ".", ".", "."}},
    {"StartingStopped", kSignals, {kStart, kDependenciesReady, kStop}, "Starting",
     {".", ".", ".", "Stopping send", "Failed failure", ".",
      ".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", "."}},
    {"StartingKilled", kSignals, {kStart, kDependenciesReady, kKill}, "Starting",
     {".", ".", ".", "Killing kill", "Failed failure", ".",
      ".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", "."}},
    {"ReadyWithoutLifecycle", kPlain, kToRunning, "Ready",
     {".", ".", ".", ".", ".", ".",
      ".", "Killing kill", "Killing kill", ".", "Killing kill", "Killing drain",
      ".", "Stuck kill", ".", ".", ".", "."}},
    {"ReadyLifecycleClosed", kNotify, Then(kToRunning, {kLifecycleClosed}), "Ready",
     {".", ".", ".", ".", ".", ".",
      ".", "Killing kill", "Killing kill", ".", "Killing kill", "Killing drain",
      ".", "Stuck kill", ".", ".", ".", "."}},
    {"CriticalLifecycleClosed", kCritical, Then(kToRunning, {kLifecycleClosed}), "Ready",
     {".", ".", ".", ".", ".", ".",
      ".", "Stopping", "Killing kill", ".", "Killing kill", "Killing drain",
      ".", "Stuck kill", ".", ".", ".", "."}},
    {"StoppingAnswered", kNotify, Then(kToRunning, {kStop, kLifecycleClosed}), "Stopping",
     {".", ".", ".", ".", ".", ".",
      "Killing kill", ".", "Killing kill", ".", "Killing kill", "Killing drain",
      ".", ".", ".", ".", ".", "."}},
    {"ExitedStopped", kNotify,
     Then(kToRunning, {kStop, Event::MainExited(0), kJobDead, kDrained}), "Exited",
     {".", ".", ".", ".", ".", ".",
      ".", ".", ".", ".", ".", ".",
      ".", ".", "Dormant", "Dormant", "Failed", "."}},
};

struct Cell {
  const Row* row;
  size_t event;
};
void PrintTo(const Cell& cell, std::ostream* out) {
  *out << cell.row->name << " + " << kEventNames[cell.event];
}

std::vector<Cell> AllCells() {
  std::vector<Cell> cells;
  for (const Row& row : kRows) {
    for (size_t event = 0; event < kEventCount; ++event) cells.push_back({&row, event});
  }
  return cells;
}

class EveryEvent : public testing::TestWithParam<Cell> {};

TEST_P(EveryEvent, HasTheStatedOutcome) {
  const Row& row = *GetParam().row;
  Instance instance = After(row.traits, row.path);
  ASSERT_EQ(kStateNames[static_cast<size_t>(instance.state())], row.state);
  std::string_view expected = row.outcomes[GetParam().event];
  if (expected == ".") expected = row.state;
  EXPECT_EQ(Outcome(instance, static_cast<EventKind>(GetParam().event)), expected);
}

INSTANTIATE_TEST_SUITE_P(Instance, EveryEvent, testing::ValuesIn(AllCells()), [](const auto& info) {
  return std::string(info.param.row->name).append("_").append(kEventNames[info.param.event]);
});

// ---- What a stop tells --------------------------------------------------------------------------

StopInfo InfoAfter(const Instance::Traits& traits, std::initializer_list<Event> events) {
  Instance instance = After(traits, Then(kToRunning, events));
  EXPECT_EQ(instance.state(), LifeState::kExited);
  return instance.stop_info();
}

void ExpectInfo(const StopInfo& info, Termination termination, std::optional<int64_t> code,
                Cause cause) {
  EXPECT_EQ(info.termination, termination);
  EXPECT_EQ(info.code, code);
  EXPECT_EQ(info.cause, cause);
}

TEST(Instance, test_return_code_success) {
  ExpectInfo(InfoAfter(kPlain, {Event::MainExited(0), kJobDead, kDrained}), Termination::kOk, 0,
             Cause::kItself);
}

TEST(Instance, test_return_code_failure) {
  ExpectInfo(InfoAfter(kPlain, {Event::MainExited(123), kJobDead, kDrained}),
             Termination::kInstanceDied, 123, Cause::kItself);
}

TEST(Instance, AnUnknownReturnCodeIsAnInternalError) {
  ExpectInfo(InfoAfter(kPlain, {Event::MainExited({}), kJobDead, kDrained}),
             Termination::kInternal, {}, Cause::kItself);
  ExpectInfo(InfoAfter(kPlain, {kJobDead, kDrained}), Termination::kInternal, {}, Cause::kItself);
}

TEST(Instance, TheEndOfTheJobMayBeKnownBeforeThatOfTheProcess) {
  ExpectInfo(InfoAfter(kPlain, {Event::JobDead(7), Event::MainExited(7), kDrained}),
             Termination::kInstanceDied, 7, Cause::kItself);
}

TEST(Instance, stop_close_lifecycle_then_exit_zero_is_ok) {
  ExpectInfo(InfoAfter(kNotify, {kStop, kLifecycleClosed, Event::MainExited(0), kJobDead,
                                 kDrained}),
             Termination::kOk, 0, Cause::kStop);
}

TEST(Instance, AnAnsweredStopIsOkThoughOurKillEndedIt) {
  ExpectInfo(InfoAfter(kNotify, {kStop, kLifecycleClosed, kTimer, Event::MainExited(-1024),
                                 kJobDead, kDrained}),
             Termination::kOk, -1024, Cause::kStopTimeout);
}

TEST(Instance, AnIgnoredStopIsADeath) {
  ExpectInfo(InfoAfter(kNotify, {kStop, kTimer, Event::MainExited(-1024), kJobDead, kDrained}),
             Termination::kInstanceDied, -1024, Cause::kStopTimeout);
}

TEST(Instance, AFailureAfterTheAnswerIsStillAFailure) {
  ExpectInfo(InfoAfter(kNotify, {kStop, kLifecycleClosed, Event::MainExited(3), kJobDead,
                                 kDrained}),
             Termination::kInstanceDied, 3, Cause::kStop);
}

TEST(Instance, ClosingTheLifecycleChannelUnaskedAnswersNothing) {
  ExpectInfo(InfoAfter(kNotify, {kLifecycleClosed, kStop, Event::MainExited(-1024), kJobDead,
                                 kDrained}),
             Termination::kInstanceDied, -1024, Cause::kStop);
}

TEST(Instance, stop_component_successful_with_kill_timeout_result) {
  Instance instance = After(kNotify, Then(kToRunning, {kStop, kTimer, kTimer}));
  EXPECT_EQ(instance.state(), LifeState::kZombie);
  ExpectInfo(instance.stop_info(), Termination::kTimedOut, {}, Cause::kStopTimeout);
}

TEST(Instance, WhoMissedItsReadinessSaysSo) {
  ExpectInfo(InfoAfter(kSignals, {kTimer, Event::MainExited(-1024), kJobDead, kDrained}),
             Termination::kInstanceDied, -1024, Cause::kNotReady);
}

TEST(Instance, WhoMissedTheWatchdogSaysSo) {
  ExpectInfo(InfoAfter(kPlain, {kWatchdogMissed, Event::MainExited(-1024), kJobDead, kDrained}),
             Termination::kInstanceDied, -1024, Cause::kWatchdog);
}

// ---- The order of things ------------------------------------------------------------------------

TEST(Instance, second_stop_is_noop) {
  Instance instance = After(kNotify, Then(kToRunning, {kStop}));
  EXPECT_EQ(Outcome(instance, kStop), "Stopping");
  EXPECT_EQ(instance.timer(), Timer::kStop);
  Instance critical = After(kCritical, Then(kToRunning, {kStop}));
  EXPECT_EQ(Outcome(critical, kStop), "Stopping");
}

TEST(Instance, test_stop_critical_component) {
  Instance instance = After(kCritical, Then(kToRunning, {kStop}));
  EXPECT_EQ(Outcome(instance, kLifecycleClosed), "Stopping");
  EXPECT_EQ(Outcome(instance, Event::MainExited(0)), "Killing kill");
}

TEST(Instance, test_stop_noncritical_component) {
  Instance instance = After(kNotify, kToRunning);
  EXPECT_EQ(Outcome(instance, kStop), "Stopping send");
  EXPECT_EQ(Outcome(instance, kLifecycleClosed), "Stopping");
  EXPECT_EQ(Outcome(instance, kTimer), "Killing kill");
}

TEST(Instance, test_stop_then_kill) {
  Instance instance = After(kNotify, Then(kToRunning, {kStop}));
  EXPECT_EQ(Outcome(instance, kKill), "Killing kill");
}

// H4: were the output read first, a child that holds it open could delay the report for ever.
TEST(Instance, child_holding_stdout_does_not_delay_onstop) {
  Instance instance = After(kPlain, kToRunning);
  EXPECT_EQ(Outcome(instance, Event::MainExited(0)), "Killing kill");
  EXPECT_EQ(Outcome(instance, kDrained), "Killing");
  EXPECT_EQ(Outcome(instance, kJobDead), "Killing drain");
  EXPECT_EQ(Outcome(instance, kDrained), "Exited report decide");
}

TEST(Instance, AStopInsideTheKillKeepsItFromRestarting) {
  Instance instance =
      After(kPlain, Then(kToRunning, {Event::MainExited(1), kStop, kJobDead, kDrained}));
  EXPECT_EQ(Outcome(instance, kRestart), "Dormant");
}

TEST(Instance, EveryStateHasItsTimer) {
  const auto timer_after = [](const Instance::Traits& traits, Path path) {
    return After(traits, path).timer();
  };
  EXPECT_EQ(timer_after(kSignals, kToRunning), Timer::kReadiness);
  EXPECT_EQ(timer_after(kPlain, kToRunning), Timer::kNone);
  EXPECT_EQ(timer_after(kNotify, Then(kToRunning, {kStop})), Timer::kStop);
  EXPECT_EQ(timer_after(kPlain, Then(kToRunning, {kStop})), Timer::kKill);
  EXPECT_EQ(timer_after(kPlain, Then(kToRunning, {kWatchdogMissed})), Timer::kKill);
  const Path exited = Then(kToRunning, {Event::MainExited(1), kJobDead, kDrained});
  EXPECT_EQ(timer_after(kPlain, exited), Timer::kNone);
  EXPECT_EQ(timer_after(kPlain, Then(exited, {kRestart})), Timer::kBackoff);
}

TEST(Instance, ANewRunKnowsNothingOfTheLastOne) {
  Instance instance = After(kNotify, Then(kToRunning, {kStop, kLifecycleClosed, kTimer,
                                                       Event::MainExited(-1024), kJobDead,
                                                       kDrained, kRest}));
  for (const Event& event : kToRunning) instance.On(event);
  EXPECT_FALSE(instance.stop_requested());
  EXPECT_EQ(Outcome(instance, kStop), "Stopping send");
  for (const Event& event : {Event(kTimer), Event::MainExited(-1024), Event(kJobDead),
                             Event(kDrained)}) {
    instance.On(event);
  }
  EXPECT_EQ(instance.stop_info().termination, Termination::kInstanceDied);
}

}  // namespace
}  // namespace runner
