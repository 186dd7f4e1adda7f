// SPDX-License-Identifier: BSD-2-Clause
#include "tests/kernel/sched/scheduled_machine.h"

#include <arch/counter.h>

#include <cstdio>
#include <cstdlib>

#include "kernel/crash_report.h"
#include "kernel/object/handle_entry.h"
#include "kernel/random.h"
#include "kernel/sched/run_queue.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "kernel/vm/init.h"

namespace test {
namespace {

constexpr size_t kPages = 4096;

int root_job_empty = 0;

// The boot CPU. Its memory and idle task outlive the tests, as they do on a machine.
struct Cpu {
  sched::Task interrupt{nullptr};  // the test, on the host thread's own stack
  sched::Task idle{nullptr};
  bool running = false;
};
Cpu& TheCpu() {
  static auto* cpu = new Cpu;
  return *cpu;
}

void BackToTest() { arch::Switch(arch::Context::Current(), TheCpu().interrupt.context); }

void EndProgram() { kernel::Thread::ExitCurrent(); }

void RunProgram(uint64_t program, uint64_t) {
  ReturnToUser();
  (*reinterpret_cast<std::function<void()>*>(program))();
  EndProgram();
}

void StartMachine() {
  static bool started = false;
  if (started) return;
  started = true;
  arch::host::SetCpu(0);
  arch::host::ResetRam(kPages);
  arch::host::SetUserMemory(arch::host::UserMemory::kHostPointers);
  arch::host::SetUserMode(arch::host::UserMode::kHostFunctions);
  const kernel::MemoryRange memory[] = {{arch::host::Ram(), kernel::MemoryKind::kFree}};
  vm::Init(memory);
  const uint64_t seed[4] = {1, 2, 3, 4};
  kernel::SeedRandom(std::as_bytes(std::span(seed)));
  kernel::InitClock();
  Cpu& cpu = TheCpu();
  ASSERT(cpu.idle.Prepare(&sched::RunQueue::RunIdle, &cpu.idle));
  arch::Context::SetCurrent(&cpu.interrupt.context);
  arch::host::SetIdle(&BackToTest);
}

void LetTasksRun() NO_THREAD_SAFETY_ANALYSIS {
  Cpu& cpu = TheCpu();
  // The first time the idle task begins like any other: with the queue's lock handed over.
  if (!std::exchange(cpu.running, true)) sched::RunQueue::This().lock().Acquire();
  arch::Switch(cpu.interrupt.context, cpu.idle.context);
}

}  // namespace

ScheduledMachine::ScheduledMachine() {
  StartMachine();
  arch::host::SetCounter(1'000'000);
  Run();
  before_ = kernel::TakeAuditCounts();
  auto job = kernel::Job::CreateRoot();
  ASSERT(job);
  root_ = *job;
  root_job_empty = 0;
}

ScheduledMachine::~ScheduledMachine() {
  DropHandles();
  Run();
  root_.reset();
  const kernel::AuditCounts after = kernel::TakeAuditCounts();
  EXPECT_TRUE(after.SameResources(before_)) << "heap " << after.heap.live_objects - before_.heap.live_objects
                                            << " objects " << after.objects.objects - before_.objects.objects
                                            << " handles " << after.objects.handles - before_.objects.handles;
}

void ScheduledMachine::Run() { LetTasksRun(); }

void ScheduledMachine::RunAt(zx_instant_mono_t now) {
  arch::host::SetCounter(static_cast<uint64_t>(now));
  kernel::HandleTimer();
  Run();
}

void ScheduledMachine::RunUntil(zx_instant_mono_t limit) {
  while (arch::host::Deadline() <= static_cast<uint64_t>(limit)) {
    const auto deadline = static_cast<zx_instant_mono_t>(arch::host::Deadline());
    arch::ClearDeadline();
    RunAt(deadline);
  }
  arch::host::SetCounter(static_cast<uint64_t>(limit));
}

kernel::Process& ScheduledMachine::NewProcess(kernel::Job& job) {
  auto process = kernel::Process::Create(base::RefPtr<kernel::Job>(&job), "process");
  ASSERT(process);
  kernel::Process& made = **process;
  handles_.emplace_back(std::move(*process), kernel::Process::kDefaultRights);
  return made;
}

base::RefPtr<kernel::Job> ScheduledMachine::NewJob(kernel::Job& parent) {
  auto job = kernel::Job::Create(base::RefPtr<kernel::Job>(&parent));
  ASSERT(job);
  handles_.emplace_back(*job, kernel::Job::kDefaultRights);
  return *job;
}

base::RefPtr<kernel::Thread> ScheduledMachine::Start(kernel::Process& process, Program program) {
  programs_.push_back(std::move(program));
  const arch::UserEntry entry{.pc = reinterpret_cast<uint64_t>(&RunProgram),
                              .arg1 = reinterpret_cast<uint64_t>(&programs_.back())};
  auto thread = kernel::Thread::Create(base::RefPtr<kernel::Process>(&process), "thread");
  ASSERT(thread);
  const auto started = process.is_running() ? (*thread)->Start(entry) : process.Start(**thread, entry, {});
  ASSERT(started);
  return *thread;
}

bool ScheduledMachine::IsProgram(uint64_t pc) { return pc == reinterpret_cast<uint64_t>(&RunProgram); }

int ScheduledMachine::root_job_empty_count() { return root_job_empty; }

void ReturnToUser() {
  if (arch::Context::Current().pending.load() != 0) kernel::HandlePending();
}

}  // namespace test

namespace kernel {

void OnRootJobEmpty() { ++test::root_job_empty; }

void Panic(std::string_view what, const arch::TrapFrame*) {
  fprintf(stderr, "panic: %.*s\n", static_cast<int>(what.size()), what.data());
  abort();
}

}  // namespace kernel
