// SPDX-License-Identifier: BSD-2-Clause
// Takes the bootstrap message, opens the manifest table, runs the system it describes.
#include <launch/machine.h>
#include <lib/zx/process.h>
#include <lib/zx/resource.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/resource.h>
#include <zircon/syscalls/system.h>

#include <optional>

#include "runner/milliseconds.h"
#include "runner/options.h"
#include "runner/supervisor.h"
#include "sdk/launch/boot_files.h"
#include "sdk/launch/elf_file.h"
#include "sdk/launch/kernel_file.h"
#include "sdk/launch/log.h"
#include "lib/procargs/procargs.h"
#include "sdk/launch/power.h"

namespace runner {
namespace {

constexpr uint32_t kMaxVdsos = 4;
constexpr char kUserbootStart[] = "USERBOOT_START_NS";

std::byte message_buffer[procargs::kMaxBytes];

zx_handle_t Take(uint32_t type, uint32_t argument = 0) {
  return zx_take_startup_handle(procargs::HandleInfo(type, argument));
}

// A start-up step that cannot fail on a sound system did.
void ReportFailure(const launch::Log& log, std::string_view what, zx_status_t status) {
  log.Error("{}: {}; the boot image or the kernel does not fit this runner", what,
            zx_status_get_string(status));
}

// Finds the variants among the start-up handles by their names.
base::Result<> TakeVdsos(Resources& resources) {
  for (uint32_t index = 0; index < kMaxVdsos; ++index) {
    zx::vmo vdso(Take(PA_VMO_VDSO, index));
    if (!vdso.is_valid()) continue;
    char name[ZX_MAX_NAME_LEN] = {};
    TRY(base::FromStatus(vdso.get_property(ZX_PROP_NAME, name, sizeof(name))));
    if (strcmp(name, "vdso/next") == 0) resources.vdso_next = std::move(vdso);
    else if (strcmp(name, "vdso/stable") == 0) resources.vdso_stable = std::move(vdso);
  }
  if (!resources.vdso_stable.is_valid() || !resources.vdso_next.is_valid()) {
    return base::Error(ZX_ERR_NOT_FOUND);
  }
  elf::Diagnostics diagnostics;
  resources.vdso_plan = TRY(launch::ReadElfFile(resources.vdso_stable, launch::kMachine,
                                                elf::kKernelProgramOptions, diagnostics)).plan;
  return {};
}

base::Result<> TakeResources(Resources& resources) {
  resources.message = message_buffer;
  TRY(base::FromStatus(zx::job::default_job()->duplicate(ZX_RIGHT_SAME_RIGHTS, &resources.job)));
  TRY(TakeVdsos(resources));
  // Nobody sets the time yet: the clock exists, unstarted, so that components can wait for it.
  return base::FromStatus(zx::clock::create(ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_CONTINUOUS,
                                            nullptr, &resources.utc));
}

std::optional<manifest::Table> OpenTable(const launch::BootFiles& files, const launch::Log& log) {
  const auto bytes = files.Contents(manifest::kBootfsPath);
  if (!bytes) {
    log.Error("{} is not in the boot image; make the image with `hafnon image`",
              manifest::kBootfsPath);
    return std::nullopt;
  }
  manifest::FirstProblem problem;
  auto table = manifest::Table::Open(*bytes, problem);
  if (table && !table->SuitsTarget(static_cast<uint16_t>(launch::kMachine), 12,
                                   manifest::kAbiRevision, problem)) {
    table.reset();
  }
  if (!table) {
    log.Error("{} at offset {}: {}; make the image again with `hafnon image`",
              manifest::kBootfsPath, problem.offset(), manifest::Describe(problem.problem()));
  }
  return table;
}

void ReportBoot(const launch::Log& log, uint32_t running, uint32_t refused) {
  const char* text = getenv(kUserbootStart);
  zx_info_process_t info = {};
  (void)zx::process::self()->get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
  const zx_instant_mono_t now = zx_clock_get_monotonic();
  const zx_instant_mono_t userboot = text ? strtol(text, nullptr, 10) : info.start_time;
  log.Info("boot {} ms = kernel {} + userboot {} + runner {} | {} started, {} refused",
           Milliseconds(now).text(), Milliseconds(userboot).text(),
           Milliseconds(info.start_time - userboot).text(),
           Milliseconds(now - info.start_time).text(), running, refused);
}

// Runs until the machine goes down or, without runner.exit, for ever.
int Run(Supervisor& supervisor, const zx::resource& power, const Options& options,
        const launch::Log& log) {
  while (true) {
    if (options.exit && supervisor.is_idle()) {
      const zx_status_t status = launch::Shutdown(power, supervisor.refused_count() == 0 ? 0 : 1);
      ReportFailure(log, "power off", status);
      return 1;
    }
    const auto verdict = supervisor.Step();
    if (!verdict) {
      ReportFailure(log, "waiting for components", verdict.error());
      return 1;
    }
    if (*verdict == Verdict::kReboot) (void)launch::Reboot(power);
    if (*verdict == Verdict::kHalt) (void)launch::Shutdown(power, 0);
  }
}

int Main() {
  Resources resources;
  resources.log.reset(Take(PA_FD, launch::kStandardStreams));
  const launch::Log log(resources.log);

  const zx::resource system(Take(PA_SYSTEM_RESOURCE));
  zx::resource power, vmex;
  zx::vmo bootfs(Take(PA_VMO_BOOTFS));
  base::Result<> ready = launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_POWER_BASE, power);
  if (ready) ready = launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_VMEX_BASE, vmex);
  if (ready) ready = TakeResources(resources);
  if (!ready) {
    ReportFailure(log, "start-up handles", ready.error());
    return 1;
  }
  auto files = launch::BootFiles::Open(std::move(bootfs), std::move(vmex), *zx::vmar::root_self());
  if (!files) {
    ReportFailure(log, "boot file system", files.error());
    return 1;
  }
  launch::KernelFileText command_line;
  command_line.TakeFromStartupHandles("boot-options.txt");
  const Options options =
      Options::Parse(command_line.text(), [&log](std::string_view key, std::string_view value) {
        log.Warning("unknown option {}={}; known: runner.exit=true, runner.restart=never|on_failure|"
                    "on_abnormal|always", key, value);
      });

  const auto table = OpenTable(*files, log);
  if (!table) {
    if (options.exit) (void)launch::Shutdown(power, 1);
    return 1;
  }
  Supervisor supervisor(*table, *files, resources, log, options);
  if (const auto started = supervisor.Init(); !started) {
    ReportFailure(log, "supervisor", started.error());
    return 1;
  }
  supervisor.StartAll();
  ReportBoot(log, supervisor.running_count(), supervisor.refused_count());
  return Run(supervisor, power, options, log);
}

}  // namespace
}  // namespace runner

int main() { return runner::Main(); }
