// SPDX-License-Identifier: BSD-2-Clause
#include "runner/instance.h"

namespace runner {
namespace {

// ZX_TASK_RETCODE_SYSCALL_KILL.
constexpr int64_t kKilledOnRequest = -1024;

}  // namespace

Actions Instance::On(const Event& event) {
  switch (state_) {
    case LifeState::kDormant:
    case LifeState::kWaiting:
    case LifeState::kStarting:
      return OnBefore(event);
    case LifeState::kRunning:
    case LifeState::kReady:
    case LifeState::kStopping:
      return OnAlive(event);
    case LifeState::kKilling:
    case LifeState::kStuck:
    case LifeState::kZombie:
      return OnKilled(event);
    case LifeState::kExited:
    case LifeState::kBackoff:
    case LifeState::kFailed:
      return OnAfter(event);
  }
}

Timer Instance::timer() const {
  switch (state_) {
    case LifeState::kRunning: return Timer::kReadiness;
    case LifeState::kStopping: return Timer::kStop;
    case LifeState::kKilling:
    case LifeState::kStuck: return Timer::kKill;
    case LifeState::kBackoff: return Timer::kBackoff;
    default: return Timer::kNone;
  }
}

StopInfo Instance::stop_info() const {
  if (state_ == LifeState::kZombie) return {Termination::kTimedOut, {}, cause_};
  if (!code_) return {Termination::kInternal, {}, cause_};
  const bool our_kill = *code_ == kKilledOnRequest && stop_answered_;
  const bool good = *code_ == 0 || our_kill;
  return {good ? Termination::kOk : Termination::kInstanceDied, code_, cause_};
}

Actions Instance::OnBefore(const Event& event) {
  const bool ends = event.kind == EventKind::kStop || event.kind == EventKind::kKill;
  if (state_ == LifeState::kDormant) return event.kind == EventKind::kStart ? Want() : Actions{};
  if (state_ == LifeState::kWaiting) {
    if (event.kind == EventKind::kDependenciesReady) {
      return Enter(LifeState::kStarting, {Action::kLaunch});
    }
    if (event.kind == EventKind::kDependencyFailed) {
      return Enter(LifeState::kFailed, {Action::kReportFailure});
    }
    return ends ? Enter(LifeState::kDormant) : Actions{};
  }
  if (event.kind == EventKind::kStarted) return Run();
  if (event.kind == EventKind::kStartFailed) {
    return Enter(LifeState::kFailed, {Action::kReportFailure});
  }
  // A launch is not interrupted; what was asked is done when it is over.
  stop_requested_ |= ends;
  kill_requested_ |= event.kind == EventKind::kKill;
  return {};
}

Actions Instance::OnAlive(const Event& event) {
  switch (event.kind) {
    case EventKind::kReadySignal:
      if (state_ != LifeState::kRunning) return {};
      return Enter(LifeState::kReady, {Action::kAnnounceReady});
    case EventKind::kTimer:
      if (state_ == LifeState::kRunning) return Kill(Cause::kNotReady);
      return state_ == LifeState::kStopping ? Kill(Cause::kStopTimeout) : Actions{};
    case EventKind::kStop:
      // Who asks twice does not get less patience.
      return state_ == LifeState::kStopping ? Actions{} : Stop();
    case EventKind::kKill:
      stop_requested_ = true;
      return Kill(Cause::kKill);
    case EventKind::kLifecycleClosed:
      // The program may be on its way to exit(0): the kill waits until the stop timer runs out.
      lifecycle_closed_ = true;
      stop_answered_ |= state_ == LifeState::kStopping;
      return {};
    case EventKind::kMainExited:
      code_ = event.code;
      return Kill(cause_);
    case EventKind::kJobDead:
      Enter(LifeState::kKilling);
      return Settle(event);
    case EventKind::kWatchdogMissed:
      return state_ == LifeState::kReady ? Kill(Cause::kWatchdog, LifeState::kStuck) : Actions{};
    default:
      return {};
  }
}

Actions Instance::OnKilled(const Event& event) {
  switch (event.kind) {
    case EventKind::kStop:
    case EventKind::kKill:
      stop_requested_ = true;
      return {};
    case EventKind::kMainExited:
      if (event.code) code_ = event.code;
      return {};
    case EventKind::kJobDead:
      return Settle(event);
    case EventKind::kDrained:
      if (!job_dead_) return {};
      // A zombie has been reported.
      if (state_ == LifeState::kZombie) return Enter(LifeState::kExited, {Action::kDecide});
      return Enter(LifeState::kExited, {Action::kReport, Action::kDecide});
    case EventKind::kTimer:
      if (state_ == LifeState::kZombie || job_dead_) return {};
      return Enter(LifeState::kZombie, {Action::kReport});
    default:
      return {};
  }
}

Actions Instance::OnAfter(const Event& event) {
  const bool ends = event.kind == EventKind::kStop || event.kind == EventKind::kKill;
  if (state_ == LifeState::kExited) {
    stop_requested_ |= ends;
    if (event.kind == EventKind::kRestart) {
      return Enter(stop_requested_ ? LifeState::kDormant : LifeState::kBackoff);
    }
    if (event.kind == EventKind::kRest) return Enter(LifeState::kDormant);
    return event.kind == EventKind::kGiveUp ? Enter(LifeState::kFailed) : Actions{};
  }
  if (state_ == LifeState::kBackoff) {
    if (ends) return Enter(LifeState::kDormant);
    const bool goes_on = event.kind == EventKind::kTimer || event.kind == EventKind::kStart;
    return goes_on ? Want() : Actions{};
  }
  return event.kind == EventKind::kReset ? Enter(LifeState::kDormant) : Actions{};
}

Actions Instance::Want() {
  stop_requested_ = kill_requested_ = lifecycle_closed_ = stop_answered_ = job_dead_ = false;
  cause_ = Cause::kItself;
  code_.reset();
  return Enter(LifeState::kWaiting, {Action::kAwaitDependencies});
}

Actions Instance::Run() {
  if (kill_requested_) return Kill(Cause::kKill);
  if (stop_requested_) return Stop();
  if (traits_.signals) return Enter(LifeState::kRunning);
  return Enter(LifeState::kReady, {Action::kAnnounceReady});
}

Actions Instance::Stop() {
  stop_requested_ = true;
  const bool hears = traits_.notify && !lifecycle_closed_;
  // A critical process has to end by itself as long as there is time, whether it hears or not.
  if (!hears && !(traits_.notify && traits_.critical)) return Kill(Cause::kStop);
  cause_ = Cause::kStop;
  return Enter(LifeState::kStopping, hears ? Actions{Action::kSendStop} : Actions{});
}

Actions Instance::Kill(Cause cause, LifeState state) {
  cause_ = cause;
  return Enter(state, {Action::kKillJob});
}

Actions Instance::Settle(const Event& job_dead) {
  // Both ends may be told in any order.
  if (!code_) code_ = job_dead.code;
  job_dead_ = true;
  return {Action::kDrain};
}

}  // namespace runner
