// SPDX-License-Identifier: BSD-2-Clause
#include "runner/program.h"

#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>

#include <new>

#include "runner/crash_recorder.h"
#include "runner/lifecycle.h"

namespace runner {
namespace {

base::Result<> OpenStream(zx::socket& socket, uint8_t severity, ComponentLog& log,
                          std::unique_ptr<Output>& stream) {
  if (!socket.is_valid()) return {};
  if (!stream) stream.reset(new (std::nothrow) Output(log, severity));
  if (!stream) return base::Error(ZX_ERR_NO_MEMORY);
  stream->Open(std::move(socket));
  return {};
}

}  // namespace

Actions Program::On(const Event& event, int64_t now, const StopDeadline& limit) {
  const LifeState before = instance_.state();
  const Actions actions = instance_.On(event);
  if (instance_.state() != before) deadline_ = DeadlineFrom(now, limit);
  return actions;
}

std::optional<int64_t> Program::DeadlineFrom(int64_t now, const StopDeadline& limit) const {
  switch (instance_.timer()) {
    case Timer::kNone: return std::nullopt;
    case Timer::kReadiness: return now + timeouts_.readiness;
    case Timer::kStop: return limit.For(now, timeouts_.stop);
    case Timer::kKill: return now + timeouts_.kill;
    case Timer::kBackoff: return now + restart_delay_;
  }
}

base::Result<> Program::Adopt(Spawned spawned, int64_t now) {
  spawned_ = std::move(spawned);
  ++incarnation_;
  started_ = now;
  base::Result<> ready = OpenStreams();
  if (ready) ready = WatchAll();
  // A component nobody watches is better not had.
  if (!ready) {
    KillJob();
    (void)spawned_.top_job.wait_one(ZX_JOB_TERMINATED, zx::deadline_after(zx::sec(1)), nullptr);
    Drain();
  }
  return ready;
}

base::Result<> Program::OpenStreams() {
  TRY(OpenStream(spawned_.standard_output, DEBUGLOG_INFO, log_, standard_output_));
  return OpenStream(spawned_.standard_error, DEBUGLOG_WARNING, log_, standard_error_);
}

base::Result<> Program::WatchAll() {
  for (const Source source : {Source::kProcess, Source::kJob, Source::kLifecycle,
                              Source::kExceptions, Source::kStdout, Source::kStderr}) {
    TRY(Watch(source));
  }
  return {};
}

base::Result<> Program::Watch(Source source) {
  constexpr zx_signals_t kNews = ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED;
  static_assert(kNews == (ZX_SOCKET_READABLE | ZX_SOCKET_PEER_CLOSED));
  const uint64_t key = PacketKey{index_, source, incarnation_}.value();
  const auto watch = [&](const auto& object, zx_signals_t signals) -> base::Result<> {
    if (!object.is_valid()) return {};
    return base::FromStatus(object.wait_async(port_, key, signals, 0));
  };
  switch (source) {
    case Source::kProcess: return watch(spawned_.process, ZX_PROCESS_TERMINATED);
    case Source::kJob: return watch(spawned_.top_job, ZX_JOB_TERMINATED);
    case Source::kLifecycle: return watch(spawned_.lifecycle, kNews);
    case Source::kExceptions: return watch(spawned_.exceptions, kNews);
    case Source::kStdout:
      return standard_output_ ? watch(standard_output_->socket(), kNews) : base::Result<>();
    case Source::kStderr:
      return standard_error_ ? watch(standard_error_->socket(), kNews) : base::Result<>();
  }
}

void Program::SendStop() {
  const auto message = lifecycle::StopMessage();
  // A program that closed its end meanwhile is found by the stop timer.
  (void)spawned_.lifecycle.write(0, message.data(), message.size(), nullptr, 0);
}

void Program::Drain() {
  if (standard_output_) standard_output_->Drain();
  if (standard_error_) standard_error_->Drain();
  log_.ReportDropped();
  spawned_ = {};
}

RestartTracker::Verdict Program::DecideRestart(int64_t now) {
  const auto verdict = restarts_.OnEnd(instance_.stop_info(), now - started_, now);
  restart_delay_ = verdict.delay;
  return verdict;
}

std::optional<Event> Program::OnPacket(Source source) {
  switch (source) {
    case Source::kProcess: return Event::MainExited(ReturnCode());
    case Source::kJob: return Event::JobDead(ReturnCode());
    case Source::kLifecycle: return OnLifecycle();
    case Source::kExceptions: break;
    case Source::kStdout: OnStream(standard_output_, source); break;
    case Source::kStderr: OnStream(standard_error_, source); break;
  }
  return std::nullopt;
}

std::optional<int64_t> Program::ReturnCode() const {
  zx_info_process_t info = {};
  const zx_status_t status =
      spawned_.process.get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
  if (status != ZX_OK) return std::nullopt;
  return info.return_code;
}

std::optional<Event> Program::OnLifecycle() {
  // Nothing a program may say here is kept yet; reading it gives back what it takes.
  const zx_status_t status = spawned_.lifecycle.read(ZX_CHANNEL_READ_MAY_DISCARD, nullptr, nullptr,
                                                     0, 0, nullptr, nullptr);
  if (status == ZX_ERR_PEER_CLOSED || !Watch(Source::kLifecycle)) {
    spawned_.lifecycle.reset();
    return EventKind::kLifecycleClosed;
  }
  return std::nullopt;
}

void Program::OnStream(std::unique_ptr<Output>& stream, Source source) {
  // What cannot be watched any more is read by Drain() in the end.
  if (stream && stream->Read()) (void)Watch(source);
}

std::optional<CrashRecord> Program::NextException(int64_t now) {
  auto record = ReadException(spawned_.exceptions);
  if (!record) {
    // Fails at the end of the job, when no more can come.
    (void)Watch(Source::kExceptions);
    return std::nullopt;
  }
  if (standard_output_) standard_output_->ReadAll();
  if (standard_error_) standard_error_->ReadAll();
  record->uptime = now - started_;
  record->incarnation = incarnation_;
  record->time = now;
  return record;
}

}  // namespace runner
