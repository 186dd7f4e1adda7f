// SPDX-License-Identifier: BSD-2-Clause
// From the boot stage's handoff to userboot: start-up in the order of the lines below.
#include <arch/counter.h>
#include <arch/cpu.h>
#include <arch/layout.h>
#include <arch/machine.h>
#include <arch/power.h>
#include <arch/smp.h>
#include <string.h>

#include <new>

#include "kernel/command_line.h"
#include "kernel/dump.h"
#include "kernel/log.h"
#include "kernel/log/console_input.h"
#include "kernel/object/job.h"
#include "kernel/random.h"
#include "kernel/sched/run_queue.h"
#include "kernel/shutdown.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "kernel/userboot_loader.h"
#include "kernel/vdso/vdso.h"
#include "kernel/vm/init.h"
#include "kernel/vm/page_allocator.h"
#include "lib/base/align.h"
#include "lib/base/assert.h"

namespace kernel {
namespace {

#ifdef HAFNON_DEBUG
constexpr std::string_view kFlavour = "debug";
#else
constexpr std::string_view kFlavour = "release";
#endif

constexpr uint64_t kMiB = uint64_t{1} << 20;

// The handoff's memory is given away once everything in it has been used.
constinit char command_line[Handoff::kMaxCommandLine] = {};

// A step without which there is no system. Its failure says what was being done.
template <class T>
T Require(base::Result<T> result, std::string_view what) {
  if (!result) {
    char text[96];
    Panic(base::Format(text, "{} failed with status {}", what, result.error()));
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string_view NameOf(InterruptControllerKind kind) {
  switch (kind) {
    case InterruptControllerKind::kGicV2: return "GICv2";
    case InterruptControllerKind::kGicV3: return "GICv3";
    case InterruptControllerKind::kApic: return "APIC";
    case InterruptControllerKind::kNone: break;
  }
  return "no interrupt controller";
}

std::string_view NameOf(UartKind kind) {
  switch (kind) {
    case UartKind::kPl011: return "pl011";
    case UartKind::kNs16550Mmio:
    case UartKind::kNs16550Port: return "16550";
    case UartKind::kNone: break;
  }
  return "none";
}

uint64_t BytesOf(const Handoff& handoff, MemoryKind kind) {
  uint64_t bytes = 0;
  for (const MemoryRange& memory : handoff.memory_ranges()) {
    if (memory.kind == kind) bytes += memory.range.size;
  }
  return bytes;
}

uint64_t TotalBytes(const Handoff& handoff) {
  uint64_t bytes = 0;
  for (const MemoryRange& memory : handoff.memory_ranges()) bytes += memory.range.size;
  return bytes;
}

std::string_view TakeCommandLine(const Handoff& handoff) {
  memcpy(command_line, handoff.command_line, handoff.command_line_size);
  return {command_line, handoff.command_line_size};
}

void LogMachine(const Handoff& handoff) {
  Log(Severity::kInfo, "hafnon 0.1.0 {} {} | {} | {} CPUs | {} MiB", arch::kName, kFlavour,
      handoff.machine, handoff.cpu_count, (TotalBytes(handoff) + kMiB / 2) / kMiB);
  Log(Severity::kInfo, "boot: {}, ZBI {} KiB at {x}", handoff.boot_path, handoff.zbi.size / 1024,
      handoff.zbi.base.value);
  Log(Severity::kInfo, "mem: {} MiB free | kernel {} KiB at {x} | {} ranges",
      BytesOf(handoff, MemoryKind::kFree) / kMiB, handoff.kernel_image.size / 1024,
      handoff.kernel_base.value, handoff.memory_range_count);
}

void LogDevices(const Handoff& handoff) {
  const uint64_t khz = arch::CounterFrequency() / 1000;
  Log(Severity::kInfo, "{} | counter {}.{03} MHz | console {}", NameOf(handoff.interrupts.kind),
      khz / 1000, khz % 1000, NameOf(handoff.uart.kind));
}

// Idle tasks live for ever.
sched::Task& CreateIdleTask() {
  auto* task = new (std::nothrow) sched::Task(nullptr);
  if (task == nullptr) Panic("no memory for an idle task");
  Require(task->Prepare(&sched::RunQueue::RunIdle, task), "the stack of an idle task");
  return *task;
}

uint32_t StartOtherCpus(const Handoff& handoff) {
  uint32_t online = 1;
  for (uint32_t index = 1; index < handoff.cpu_count && index < TheOptions().max_cpus; ++index) {
    sched::Task& idle = CreateIdleTask();
    if (const auto started = arch::StartCpu(index, idle.context); !started) {
      Log(Severity::kWarning, "smp: CPU {} did not start ({}); going on without it", index,
          started.error());
      continue;
    }
    ++online;
  }
  if (handoff.cpu_count > 1) Log(Severity::kInfo, "smp: {}/{} online", online, handoff.cpu_count);
  return online;
}

// RAM that only the boot stage needed.
void ReleaseBootMemory(const Handoff& handoff) {
  const uint32_t count = handoff.memory_range_count;
  for (uint32_t index = 0; index < count; ++index) {
    const MemoryRange memory = handoff.memory[index];
    // The handoff itself lies in one of these, so each entry is copied before its turn; freeing a page
    // does not change what is in it.
    if (memory.kind == MemoryKind::kBootData) vm::PageAllocator::Global().Release(memory.range);
  }
}

base::RefPtr<Vmo> TakeBootImage(const Handoff& handoff) {
  // The image ends inside its last page, which is its own like the others.
  const PhysicalRange pages{handoff.zbi.base, base::AlignUp(handoff.zbi.size, uint64_t{arch::kPageSize})};
  auto vmo = Require(Vmo::CreateFromBootImage(pages, handoff.zbi.size), "the boot image's VMO");
  vmo->set_name("zbi");
  return vmo;
}

void StartFirstProcess(const Handoff& handoff, std::string_view options, uint32_t cpu_count) {
  auto root = Require(Job::CreateRoot(), "the root job");
  root->name().Set("root");
  SetRootJob(root);
  auto vdso = Require(CreateVdso({.cpu_count = cpu_count,
                                  .physmem_bytes = TotalBytes(handoff),
                                  .force_syscalls = TheOptions().force_time_syscalls}),
                      "the vDSO");
  const bool next = TheOptions().always_use_next;
  const auto started = Require(StartUserboot({.root_job = std::move(root),
                                              .zbi = TakeBootImage(handoff),
                                              .vdso = std::move(vdso),
                                              .always_use_next = next,
                                              .command_line = options}),
                               "userboot");
  Log(Severity::kInfo, "userboot: vDSO {}, {} handles", next ? "next" : "stable", started.handle_count);
}

}  // namespace

void KernelMain(const Handoff& handoff) {
  arch::EarlyInit(handoff);
  InitClock();
  vm::Init(handoff.memory_ranges());
  SeedRandom(std::as_bytes(std::span(handoff.entropy)));
  LogMachine(handoff);
  const std::string_view options = TakeCommandLine(handoff);
  ParseOptions(options);
  arch::SetExitPath(TheOptions().exit_path);
  sched::RunQueue::SetSeed(TheOptions().seed);
  SetJobDebuggerReach(TheOptions().job_debuggers);
  arch::LateInit(handoff);
  LogDevices(handoff);
  InitConsoleInput();

  const uint32_t cpu_count = StartOtherCpus(handoff);
  StartHangTimer(TheOptions().hang_timeout_ms);
  StartFirstProcess(handoff, options, cpu_count);
  sched::Task& idle = CreateIdleTask();
  ReleaseBootMemory(handoff);
  sched::RunQueue::LeaveBoot(idle);
}

void SecondaryMain() {
  arch::InitSecondary();
  sched::RunQueue::RunIdle(arch::Context::Current().owner);
}

}  // namespace kernel
