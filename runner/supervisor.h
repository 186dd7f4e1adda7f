// SPDX-License-Identifier: BSD-2-Clause
// Starts the eager components of a table in order, waits for their ends and reports both.
#pragma once

#include <lib/zx/port.h>
#include <lib/zx/resource.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "lib/manifest/table.h"
#include "runner/files/boot_source.h"
#include "runner/files/server.h"
#include "runner/spawn.h"
#include "sdk/launch/boot_files.h"
#include "sdk/launch/log.h"

namespace runner {

// What the system shall do after a component's end.
enum class Verdict : uint8_t { kGoOn, kReboot, kHalt };

class Supervisor {
 public:
  // All arguments outlive the supervisor. Its port carries the ends of processes; the key is the
  // position in the start order.
  Supervisor(const manifest::Table& table, const launch::BootFiles& files,
             const Resources& resources, const launch::Log& log)
      : table_(table), files_(files), resources_(resources), log_(log), package_(files) {}

  // Errors: ZX_ERR_NO_MEMORY, those of zx_port_create.
  base::Result<> Init();

  // Starts every eager component. One that cannot be started is reported; the others go on.
  void StartAll();

  // Serves components until one of them ends, reports that, and says what it means for the system.
  // Errors: those of zx_port_wait.
  base::Result<Verdict> WaitForEnd();

  uint32_t running_count() const { return running_count_; }
  uint32_t refused_count() const { return refused_count_; }

 private:
  struct Program {
    Spawned spawned;
    zx_instant_mono_t started = 0;
  };

  void Start(uint32_t position);
  std::expected<Spawned, Refusal> TryStart(const manifest::Component& component);
  Verdict ReportEnd(uint32_t position);

  const manifest::Table& table_;
  const launch::BootFiles& files_;
  const Resources& resources_;
  const launch::Log& log_;
  // What components see as /pkg.
  const BootSource package_;
  zx::port port_;
  std::optional<FileServer> file_server_;
  std::unique_ptr<Program[]> programs_;
  uint32_t running_count_ = 0;
  uint32_t refused_count_ = 0;
};

}  // namespace runner
