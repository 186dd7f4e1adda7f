// SPDX-License-Identifier: BSD-2-Clause
// The life of one component as a state machine: events in, actions out, no system calls.
//
//   Dormant -> Waiting -> Starting -> Running -> Ready -> Stopping -> Killing -> Exited
//      ^          ^          |           |         |         |          |          |
//      |          |          v           +---------+---------+----------+          |
//      |          |        Failed <--------- on exit or kill: Killing   |          |
//      |          +------- Backoff <------------------------------------|----------+
//      +----------------------------------------------------------------|----------+
//
// Killing is also the way of a program that ended by itself: its job is killed, then its output
// is read to the end. Then nothing can delay the report: every writer is gone. Stuck is Killing
// on behalf of the watchdog, Zombie what is left when a killed job does not die in time.
//
// A state with a time limit starts its timer when it is entered and stops it when it is left
// (timer() says which); nothing else touches timers.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>

namespace runner {

enum class LifeState : uint8_t {
  kDormant,   // not wanted
  kWaiting,   // for what it depends on
  kStarting,  // being launched
  kRunning,   // has a process, is not ready
  kReady,     // what depends on it may start
  kStopping,  // was asked to stop
  kKilling,   // its job was killed; becomes Exited when the job is dead and the output read
  kStuck,     // as Killing, because the watchdog missed it
  kZombie,    // killed and not dead in time
  kExited,    // waits for the verdict on a restart
  kBackoff,   // waits to be restarted
  kFailed,    // not started again until reset
};
inline constexpr size_t kLifeStateCount = static_cast<size_t>(LifeState::kFailed) + 1;

enum class EventKind : uint8_t {
  kStart,              // it is wanted
  kDependenciesReady,  // answers Action::kAwaitDependencies
  kDependencyFailed,   // answers it too
  kStarted,            // answers Action::kLaunch
  kStartFailed,        // answers it too; nothing of the component is left
  kReadySignal,
  kTimer,              // the timer of the present state ran out
  kStop,
  kKill,
  kLifecycleClosed,    // the program closed its end
  kMainExited,         // the main process is gone
  kJobDead,            // no process of the component is left
  kDrained,            // answers Action::kDrain
  kWatchdogMissed,
  kRestart,            // answers Action::kDecide: after a delay
  kRest,               // answers it: no restart
  kGiveUp,             // answers it: too many restarts
  kReset,
};
inline constexpr size_t kEventCount = static_cast<size_t>(EventKind::kReset) + 1;

struct Event {
  constexpr Event(EventKind event_kind) : kind(event_kind) {}
  // The end of the main process; nothing when its return code could not be learned.
  static constexpr Event MainExited(std::optional<int64_t> code) {
    return With(EventKind::kMainExited, code);
  }
  // The same for the whole job; the code still is that of the main process.
  static constexpr Event JobDead(std::optional<int64_t> code) {
    return With(EventKind::kJobDead, code);
  }

  EventKind kind;
  std::optional<int64_t> code;

 private:
  static constexpr Event With(EventKind kind, std::optional<int64_t> code) {
    Event event(kind);
    event.code = code;
    return event;
  }
};

enum class Action : uint8_t {
  kAwaitDependencies,
  kLaunch,
  kSendStop,       // on the lifecycle channel
  kKillJob,        // the top one, with all below
  kDrain,          // read what the program wrote
  kAnnounceReady,  // to what depends on it
  kReport,         // stop_info() is final
  kReportFailure,  // it was not started
  kDecide,         // whether it shall start again
};

// What is to be done for one event, in order.
class Actions {
 public:
  constexpr Actions() = default;
  constexpr Actions(std::initializer_list<Action> list) {
    for (const Action action : list) list_[size_++] = action;
  }
  const Action* begin() const { return list_.data(); }
  const Action* end() const { return list_.data() + size_; }

 private:
  std::array<Action, 2> list_ = {};
  size_t size_ = 0;
};

// What may take its time.
enum class Timer : uint8_t { kNone, kReadiness, kStop, kKill, kBackoff };

// Limits of the states that have one, in nanoseconds.
struct Timeouts {
  int64_t readiness = 10'000'000'000;
  int64_t stop = 5'000'000'000;
  int64_t kill = 1'000'000'000;
};

// How a component's end is told, with the numbers of the component framework.
enum class Termination : int32_t {
  kOk = 0,
  kInternal = 1,       // nobody knows how it ended
  kInstanceDied = 11,  // with a code other than 0
  kTimedOut = -21,     // killed and not dead in time (ZX_ERR_TIMED_OUT)
};

// Who wanted the end.
enum class Cause : uint8_t { kItself, kStop, kStopTimeout, kKill, kNotReady, kWatchdog };

struct StopInfo {
  Termination termination = Termination::kInternal;
  std::optional<int64_t> code = {};  // of the main process
  Cause cause = Cause::kItself;
};

class Instance {
 public:
  struct Traits {
    bool notify = false;     // has a lifecycle channel
    bool critical = false;   // killing its process alive takes the system down
    bool signals = false;    // is ready when it says so, not when it runs
  };

  explicit Instance(const Traits& traits) : traits_(traits) {}

  // Takes the event and says what to do. An event that means nothing in this state does nothing.
  Actions On(const Event& event);

  LifeState state() const { return state_; }
  // The timer that runs in this state.
  Timer timer() const;
  // Whether there may be a process.
  bool is_alive() const { return state_ >= LifeState::kStarting && state_ <= LifeState::kZombie; }
  // Whether somebody asked for the end of this run.
  bool stop_requested() const { return stop_requested_; }
  // Since Action::kReport.
  StopInfo stop_info() const;

 private:
  Actions OnBefore(const Event& event);   // Dormant, Waiting, Starting
  Actions OnAlive(const Event& event);    // Running, Ready, Stopping
  Actions OnKilled(const Event& event);   // Killing, Stuck, Zombie
  Actions OnAfter(const Event& event);    // Exited, Backoff, Failed

  Actions Enter(LifeState state, Actions actions = {}) {
    state_ = state;
    return actions;
  }
  Actions Want();
  Actions Run();
  Actions Stop();
  Actions Kill(Cause cause, LifeState state = LifeState::kKilling);
  Actions Settle(const Event& job_dead);

  const Traits traits_;
  LifeState state_ = LifeState::kDormant;
  // Of the present run.
  bool stop_requested_ = false;
  bool kill_requested_ = false;
  bool lifecycle_closed_ = false;
  bool stop_answered_ = false;  // by closing the lifecycle channel
  bool job_dead_ = false;
  Cause cause_ = Cause::kItself;
  std::optional<int64_t> code_;
};

}  // namespace runner
