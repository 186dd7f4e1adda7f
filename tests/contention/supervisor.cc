// SPDX-License-Identifier: BSD-2-Clause
// Four processes on four CPUs with objects of their own never wait for each other in the kernel. Run as the first
// process: userboot.test.next=test/contention, with kernel.enable-debugging-syscalls=true.
#include <launch/machine.h>
#include <lib/zx/event.h>
#include <lib/zx/job.h>
#include <lib/zx/resource.h>
#include <lib/zx/vmar.h>
#include <stdio.h>
#include <stdlib.h>
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
#include "tests/contention/shared.h"

namespace contention {
namespace {

constexpr std::string_view kProgram = "test/contention";

std::byte message_buffer[procargs::kMaxBytes];

zx_handle_t Take(uint32_t type) { return zx_take_startup_handle(procargs::HandleInfo(type, 0)); }

base::Result<> Give(launch::ProcessBuilder& builder, Argument argument, const zx::object_base& object) {
  zx::handle copy;
  TRY(base::FromStatus(zx_handle_duplicate(object.get(), ZX_RIGHT_SAME_RIGHTS, copy.reset_and_get_address())));
  return builder.AddHandle(procargs::HandleInfo(PA_USER0, argument), std::move(copy));
}

// Prints what the workers have found. Returns how many rows are not as they should be.
uint32_t Report(const Shared& shared) {
  uint32_t failed = 0;
  uint32_t rows = 0;
  for (; rows < kMaxRows && shared.verdicts[rows] != Verdict::kNotRun; ++rows) {
    const Verdict verdict = shared.verdicts[rows];
    const bool is_last = rows + 1 == kMaxRows || shared.verdicts[rows + 1] == Verdict::kNotRun;
    const bool good = verdict == (is_last ? Verdict::kSomebodyWaited : Verdict::kNobodyWaited);
    const char* text = verdict == Verdict::kNobodyWaited     ? "nobody waited for a lock"
                       : verdict == Verdict::kSomebodyWaited ? "somebody waited for a lock"
                                                             : "a call failed";
    printf("contention: %-24s %s%s\n", shared.names[rows], text, good ? "" : "  <-- wrong");
    if (!good) ++failed;
  }
  printf("contention: %u rows, %u wrong\n", rows, failed);
  return rows < 2 ? 1 : failed;
}

base::Result<uint32_t> Supervise() {
  const zx::resource system(Take(PA_SYSTEM_RESOURCE));
  zx::resource vmex;
  zx::resource debug;
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_VMEX_BASE, vmex));
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_DEBUG_BASE, debug));
  zx::vmo vdso(Take(PA_VMO_VDSO));
  elf::Diagnostics diagnostics;
  const auto vdso_file = TRY(launch::ReadElfFile(vdso, launch::kMachine, elf::kKernelProgramOptions, diagnostics));
  const auto files =
      TRY(launch::BootFiles::Open(zx::vmo(Take(PA_VMO_BOOTFS)), std::move(vmex), *zx::vmar::root_self()));
  const zx::vmo file = TRY(files.OpenExecutable(kProgram));
  const auto program = TRY(launch::ReadElfFile(file, launch::kMachine, elf::kRunnerOptions, diagnostics));

  zx::vmo memory;
  zx::event event;
  zx_vaddr_t address = 0;
  TRY(base::FromStatus(zx::vmo::create(sizeof(Shared), 0, &memory)));
  TRY(base::FromStatus(zx::event::create(0, &event)));
  TRY(base::FromStatus(zx::vmar::root_self()->map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, memory, 0, sizeof(Shared), &address)));

  static launch::ProcessBuilder workers[kWorkers];
  for (uint32_t index = 0; index < kWorkers; ++index) {
    launch::ProcessBuilder& builder = workers[index];
    TRY(builder.Create(*zx::job::default_job(), "worker"));
    TRY(builder.LoadProgram(file, program.plan, vdso, vdso_file.plan));
    TRY(Give(builder, kSharedMemory, memory));
    TRY(Give(builder, kDebug, debug));
    TRY(Give(builder, kSharedEvent, event));
    const char digit[] = {static_cast<char>('0' + index), '\0'};
    const std::string_view arguments[] = {kProgram, digit};
    TRY(builder.Start({.arguments = arguments}, message_buffer));
  }
  uint32_t failed = 0;
  for (const launch::ProcessBuilder& worker : workers) {
    TRY(base::FromStatus(worker.process().wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite(), nullptr)));
    zx_info_process_t info = {};
    (void)worker.process().get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
    if (info.return_code != 0) ++failed;
  }
  return failed + Report(*reinterpret_cast<const Shared*>(address));
}

}  // namespace
}  // namespace contention

int main(int argc, char** argv) {
  if (argc == 2) return contention::Work(static_cast<uint32_t>(atoi(argv[1])));
  const auto failed = contention::Supervise();
  if (!failed) printf("contention: %s\n", zx_status_get_string(failed.error()));
  return failed && *failed == 0 ? 0 : 1;
}
