// SPDX-License-Identifier: BSD-2-Clause
// One component and what the runner holds of its present run: job, process, channels, streams.
//
// It does what its Instance says; when, and what it means for others, is the Supervisor's business.
#pragma once

#include <lib/zx/debuglog.h>
#include <lib/zx/port.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "lib/base/result.h"
#include "runner/component_log.h"
#include "runner/crash_ring.h"
#include "runner/instance.h"
#include "runner/output.h"
#include "runner/packet_key.h"
#include "runner/restart.h"
#include "runner/settings.h"
#include "runner/spawn.h"
#include "runner/start_order.h"

namespace runner {

class Program {
 public:
  // `index` tells its packets from those of others. `name` goes in front of its lines; its text,
  // `port` and `log` outlive the program.
  Program(uint16_t index, std::string_view name, const Settings& settings, const zx::port& port,
          const zx::debuglog& log)
      : index_(index), timeouts_(settings.timeouts), port_(port), instance_(settings.traits),
        restarts_(settings.restart), log_(log, name, settings.rate) {}

  // Lets the instance take `event` and sets the timer of its new state. No stop takes longer than
  // until `limit`.
  Actions On(const Event& event, int64_t now, const StopDeadline& limit);

  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  // Ends the present run.
  ~Program() {
    if (spawned_.top_job.is_valid()) KillJob();
  }

  // Takes over a started component and watches it. On failure its job is killed, nothing is held.
  // Errors: ZX_ERR_NO_MEMORY, those of zx_object_wait_async.
  base::Result<> Adopt(Spawned spawned, int64_t now);

  // The actions that need no one else.
  void SendStop();
  void KillJob() { (void)spawned_.top_job.kill(); }
  // Brings the rest of its output to the log and lets go of all handles of the run.
  void Drain();
  // The verdict of the restart policy on the run that has ended.
  RestartTracker::Verdict DecideRestart(int64_t now);

  // What a packet of this source means; watches the source again if more may come. Exceptions are
  // the caller's.
  std::optional<Event> OnPacket(Source source);
  // The next exception of the component, after what it wrote before; the caller calls again until
  // there is none.
  std::optional<CrashRecord> NextException(int64_t now);

  const Instance& instance() const { return instance_; }
  const RestartTracker& restarts() const { return restarts_; }
  // When the timer of the present state runs out.
  std::optional<int64_t> deadline() const { return deadline_; }
  // Which run this is, from 1; 0 before the first.
  uint32_t incarnation() const { return incarnation_; }
  int64_t started() const { return started_; }
  // The delay before the restart that was decided last.
  int64_t restart_delay() const { return restart_delay_; }
  zx_koid_t job_koid() const { return spawned_.job_koid; }
  zx_koid_t process_koid() const { return spawned_.process_koid; }

 private:
  base::Result<> OpenStreams();
  base::Result<> WatchAll();
  base::Result<> Watch(Source source);
  std::optional<int64_t> ReturnCode() const;
  std::optional<Event> OnLifecycle();
  void OnStream(std::unique_ptr<Output>& stream, Source source);
  std::optional<int64_t> DeadlineFrom(int64_t now, const StopDeadline& limit) const;

  const uint16_t index_;
  const Timeouts timeouts_;
  const zx::port& port_;
  Instance instance_;
  RestartTracker restarts_;
  ComponentLog log_;
  // Made for the first run that has them.
  std::unique_ptr<Output> standard_output_;
  std::unique_ptr<Output> standard_error_;

  std::optional<int64_t> deadline_;
  int64_t restart_delay_ = 0;

  // Of the present run.
  Spawned spawned_;
  uint32_t incarnation_ = 0;
  int64_t started_ = 0;
};

}  // namespace runner
