// SPDX-License-Identifier: BSD-2-Clause
// Starts hello a thousand times, waits for each end, and compares what the kernel has in use before
// and after, to the byte. Run as the first process: userboot.test.next=test/cycles.
#include <launch/machine.h>
#include <lib/zx/job.h>
#include <lib/zx/resource.h>
#include <lib/zx/vmar.h>
#include <stdio.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include "lib/procargs/procargs.h"
#include "sdk/launch/boot_files.h"
#include "sdk/launch/elf_file.h"
#include "sdk/launch/power.h"
#include "sdk/launch/process_builder.h"

namespace {

constexpr int kWarmUp = 20;
constexpr int kCycles = 1000;
// The last thread of a process leaves its kernel stack a moment after the process has ended; how often
// the figures are looked at again before a difference counts.
constexpr int kSettle = 50;
constexpr std::string_view kProgram = "bin/hello";

std::byte message_buffer[procargs::kMaxBytes];

struct Setup {
  launch::BootFiles files;
  zx::vmo vdso;
  elf::LoadPlan vdso_plan;
  zx::resource info;
};

struct Usage {
  uint64_t vmo_bytes = 0;
  uint64_t table_bytes = 0;
  uint64_t heap_bytes = 0;
  bool operator==(const Usage&) const = default;
};

zx_handle_t Take(uint32_t type, uint32_t argument = 0) {
  return zx_take_startup_handle(procargs::HandleInfo(type, argument));
}

base::Result<Setup> Prepare() {
  const zx::resource system(Take(PA_SYSTEM_RESOURCE));
  zx::resource vmex, info;
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_VMEX_BASE, vmex));
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_INFO_BASE, info));
  zx::vmo vdso(Take(PA_VMO_VDSO));
  elf::Diagnostics diagnostics;
  const auto vdso_file =
      TRY(launch::ReadElfFile(vdso, launch::kMachine, elf::kKernelProgramOptions, diagnostics));
  auto files = TRY(launch::BootFiles::Open(zx::vmo(Take(PA_VMO_BOOTFS)), std::move(vmex),
                                           *zx::vmar::root_self()));
  return Setup{std::move(files), std::move(vdso), vdso_file.plan, std::move(info)};
}

// One life: a job, a process in it, its end.
base::Result<> RunOnce(const Setup& setup) {
  zx::job job;
  TRY(base::FromStatus(zx::job::create(*zx::job::default_job(), 0, &job)));
  const zx::vmo file = TRY(setup.files.OpenExecutable(kProgram));
  elf::Diagnostics diagnostics;
  const auto program =
      TRY(launch::ReadElfFile(file, launch::kMachine, elf::kRunnerOptions, diagnostics));
  launch::ProcessBuilder builder;
  TRY(builder.Create(job, "hello"));
  TRY(builder.LoadProgram(file, program.plan, setup.vdso, setup.vdso_plan));
  const std::string_view arguments[] = {kProgram};
  // Without FD handles it prints to nobody.
  TRY(builder.Start({.arguments = arguments}, message_buffer));
  TRY(base::FromStatus(builder.process().wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite(), nullptr)));
  zx_info_process_t info = {};
  TRY(base::FromStatus(builder.process().get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr)));
  return base::FromStatus(info.return_code == 0 ? ZX_OK : ZX_ERR_BAD_STATE);
}

base::Result<Usage> Measure(const Setup& setup) {
  zx_info_kmem_stats_t stats = {};
  TRY(base::FromStatus(setup.info.get_info(ZX_INFO_KMEM_STATS, &stats, sizeof(stats), nullptr, nullptr)));
  return Usage{stats.vmo_bytes, stats.mmu_overhead_bytes, stats.total_heap_bytes - stats.free_heap_bytes};
}

void Print(const char* when, const Usage& usage) {
  printf("%s: vmo %lu, page tables %lu, heap %lu bytes\n", when, usage.vmo_bytes, usage.table_bytes,
         usage.heap_bytes);
}

base::Result<bool> Run() {
  const Setup setup = TRY(Prepare());
  for (int i = 0; i < kWarmUp; ++i) TRY(RunOnce(setup));
  zx_nanosleep(zx_deadline_after(ZX_MSEC(10)));
  const Usage before = TRY(Measure(setup));
  Print("before", before);
  for (int i = 0; i < kCycles; ++i) TRY(RunOnce(setup));
  Usage after = TRY(Measure(setup));
  for (int i = 0; i < kSettle && !(after == before); ++i) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    after = TRY(Measure(setup));
  }
  Print("after", after);
  return after == before;
}

}  // namespace

int main() {
  const auto equal = Run();
  if (!equal) {
    printf("cycles: %s\n", zx_status_get_string(equal.error()));
    return 1;
  }
  printf("cycles: %d lives of hello, %s\n", kCycles, *equal ? "everything back" : "memory is missing");
  return *equal ? 0 : 1;
}
