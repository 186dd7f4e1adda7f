// SPDX-License-Identifier: BSD-2-Clause
// Carries out a LaunchPlan with system calls; decides nothing.
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/clock.h>
#include <lib/zx/debuglog.h>
#include <lib/zx/job.h>
#include <lib/zx/process.h>
#include <lib/zx/socket.h>
#include <lib/zx/vmo.h>

#include <expected>
#include <span>
#include <string_view>

#include "lib/elf/load_plan.h"
#include "runner/launch.h"
#include "runner/refusal.h"

namespace runner {

// What every component is started with. The runner owns it all.
struct Resources {
  zx::job job;                    // components' jobs are made in here
  zx::vmo vdso_stable, vdso_next;
  elf::LoadPlan vdso_plan;        // both variants have the same layout
  zx::clock utc;
  zx::debuglog log;
  std::span<std::byte> message;   // room for a bootstrap message
};

// A started component.
struct Spawned {
  zx::job top_job;      // carries the policies; killing it ends everything of the component
  zx::process process;
  zx::channel exceptions;       // of the top job
  zx::channel lifecycle;        // if the program wants to be told to stop
  zx::socket standard_output;   // our ends, if they go to the log
  zx::socket standard_error;
  zx_koid_t job_koid = 0;
  zx_koid_t process_koid = 0;
};

// A directory of the component's namespace.
struct NamespaceEntry {
  std::string_view path;  // where it is mounted, such as "/pkg"
  zx::channel directory;
};

// Starts `binary` as `plan` says, with these directories. On failure the component's job has been killed and nothing stays.
std::expected<Spawned, Refusal> Spawn(const LaunchPlan& plan, const zx::vmo& binary,
                                      const elf::LoadPlan& image, const Resources& resources,
                                      std::span<NamespaceEntry> name_space);

}  // namespace runner
