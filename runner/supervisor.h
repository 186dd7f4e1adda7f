// SPDX-License-Identifier: BSD-2-Clause
// Starts the eager components of a table in order, keeps them running as their restart policy says,
// stops them in reverse order when the system goes down, and reports all of it.
//
// It is one loop on one port. Everything it waits for (ends, streams, exceptions, files, timers) is
// handled in turn, and no component can keep it.
#pragma once

#include <lib/zx/port.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "lib/manifest/table.h"
#include "runner/crash_ring.h"
#include "runner/files/boot_source.h"
#include "runner/files/server.h"
#include "runner/options.h"
#include "runner/program.h"
#include "runner/start_order.h"
#include "sdk/launch/boot_files.h"
#include "sdk/launch/log.h"

namespace runner {

// What the system shall do next.
enum class Verdict : uint8_t { kGoOn, kReboot, kHalt };

class Supervisor {
 public:
  // All arguments outlive the supervisor.
  Supervisor(const manifest::Table& table, const launch::BootFiles& files,
             const Resources& resources, const launch::Log& log, const Options& options)
      : table_(table), files_(files), resources_(resources), log_(log), options_(options),
        package_(files) {}

  // Errors: ZX_ERR_NO_MEMORY, those of zx_port_create.
  base::Result<> Init();

  // Starts every eager component. One that cannot be started is reported; the others go on.
  void StartAll();

  // Waits for the next thing to happen and deals with it. A verdict other than kGoOn comes when all
  // components have been stopped.
  // Errors: those of zx_port_wait.
  base::Result<Verdict> Step();

  // Whether nothing runs and nothing will without a request.
  bool is_idle() const;
  uint32_t running_count() const;
  uint32_t refused_count() const { return refused_count_; }

 private:
  Program& program(uint32_t index) { return *programs_[index]; }
  const Program& program(uint32_t index) const { return *programs_[index]; }
  std::string_view moniker(uint32_t index) const { return table_.start(index).moniker(); }

  // Gives `event` to a program and does what it says.
  void Feed(uint32_t index, const Event& event);
  void Perform(uint32_t index, Action action);
  void Launch(uint32_t index);
  std::expected<Spawned, Refusal> TrySpawn(const manifest::Component& component);
  void Decide(uint32_t index);

  // What became of `index` matters to those that wait for it.
  void SetProgress(uint32_t index, StartOrder::Progress progress);
  void TellIfDecided(uint32_t index);

  void OnPacket(const PacketKey& key);
  void RecordExceptions(uint32_t index);
  void OnTime(int64_t now);
  int64_t NextDeadline() const;

  void BeginShutdown(Verdict verdict);
  // Stops whoever may be stopped now. Whether all are down.
  bool ContinueShutdown(int64_t now);
  bool IsDown(uint32_t index) const;

  void ReportEnd(uint32_t index) const;
  void ReportCrash(const CrashRecord& record) const;

  const manifest::Table& table_;
  const launch::BootFiles& files_;
  const Resources& resources_;
  const launch::Log& log_;
  const Options& options_;
  // What components see as /pkg.
  const BootSource package_;
  zx::port port_;
  std::optional<FileServer> file_server_;
  std::optional<CrashRing> crashes_;
  std::optional<StartOrder> order_;
  // By position in the table's start order.
  std::unique_ptr<std::optional<Program>[]> programs_;
  uint32_t count_ = 0;
  uint32_t refused_count_ = 0;
  // Of the system's end.
  Verdict verdict_ = Verdict::kGoOn;
  StopDeadline stop_deadline_{INT64_MAX};
};

}  // namespace runner
