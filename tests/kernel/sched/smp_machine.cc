// SPDX-License-Identifier: BSD-2-Clause
#include "tests/kernel/sched/smp_machine.h"

#include <arch/counter.h>
#include <arch/cpu.h>
#include <arch/host_machine.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "kernel/audit.h"
#include "kernel/dump.h"
#include "kernel/random.h"
#include "kernel/sched/run_queue.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "kernel/vm/init.h"

namespace test {
namespace {

constexpr size_t kPages = 16384;
constexpr auto kTimeLimit = std::chrono::seconds(60);

// The time that passes whenever a CPU looks for interrupts, and besides when it is idle.
constexpr uint64_t kClockStep = ZX_USEC(1);
constexpr uint64_t kIdleStep = ZX_USEC(50);

// Run queues remember idle tasks, so a CPU lives as long as the test program.
struct Cpu {
  explicit Cpu(uint32_t number) : index(number) {
    ASSERT(idle.Prepare(&sched::RunQueue::RunIdle, &idle));
  }
  const uint32_t index;
  sched::Task idle{nullptr};
  // The host thread of the current run, before and after the machine runs.
  std::unique_ptr<sched::Task> boot;
  uint64_t reschedules_seen = 0;
  bool started = false;
};
std::array<Cpu*, SmpMachine::kCpus> cpus;
std::atomic<bool> stopping = false;

class StderrSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { fwrite(text.data(), 1, text.size(), stderr); }
};

// Takes the interrupts that are pending on this CPU. Returns whether there were any.
bool TakeInterrupts() {
  arch::host::AdvanceCounter(kClockStep);
  Cpu& cpu = *cpus[arch::CpuIndex()];
  bool any = false;
  const uint64_t reschedules = arch::host::RescheduleCount(cpu.index);
  if (reschedules != cpu.reschedules_seen) {
    cpu.reschedules_seen = reschedules;
    kernel::HandleReschedule();
    any = true;
  }
  if (arch::host::Deadline() <= arch::ReadCounter()) {
    arch::ClearDeadline();
    kernel::HandleTimer();
    any = true;
  }
  return any;
}

void Idle() {
  Cpu& cpu = *cpus[arch::CpuIndex()];
  while (!TakeInterrupts()) {
    if (stopping.load()) {
      arch::Switch(cpu.idle.context, cpu.boot->context);
      return;
    }
    arch::host::AdvanceCounter(kIdleStep);
    // Leaves the host's processor to the CPUs that have work.
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

void RunCpu(Cpu& cpu, const std::function<void()>& boot) NO_THREAD_SAFETY_ANALYSIS {
  arch::host::SetCpu(cpu.index);
  cpu.boot = std::make_unique<sched::Task>(nullptr);
  arch::Context::SetCurrent(&cpu.boot->context);
  // This host thread has a timer of its own, which the queue knows nothing of yet.
  kernel::HandleTimer();
  boot();
  // The first time the idle task begins like any other: with the queue's lock handed over.
  if (!std::exchange(cpu.started, true)) sched::RunQueue::This().lock().Acquire();
  arch::Switch(cpu.boot->context, cpu.idle.context);
  // The next run has another host thread.
  arch::Context::SetCurrent(nullptr);
  cpu.boot.reset();
}

void RunProgram(uint64_t program, uint64_t) {
  (*reinterpret_cast<std::function<void()>*>(program))();
  kernel::Thread::ExitCurrent();
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
  arch::host::SetIdle(&Idle);
}

// Waits until the CPUs have stopped.
void AwaitEnd(const std::atomic<uint32_t>& running) {
  const auto end = std::chrono::steady_clock::now() + kTimeLimit;
  while (running.load() > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (std::chrono::steady_clock::now() > end) {
      fprintf(stderr, "the machine did not come to its end at %llu: a wake-up was lost\n", static_cast<unsigned long long>(arch::ReadCounter()));
      StderrSink sink;
      kernel::DumpThreads(sink);
      abort();
    }
  }
}

}  // namespace

bool SmpMachine::Run(const std::function<void(SmpMachine&)>& boot) {
  StartMachine();
  for (uint32_t index = 0; index < kCpus; ++index) {
    if (cpus[index] == nullptr) cpus[index] = new Cpu(index);
  }
  const kernel::AuditCounts before = kernel::TakeAuditCounts();
  stopping = false;
  SmpMachine machine;
  std::atomic<uint32_t> running = kCpus;
  std::vector<std::thread> threads;
  // CPU 0 boots before the others are there, as on a machine.
  std::atomic<bool> booted = false;
  for (uint32_t index = 0; index < kCpus; ++index) {
    threads.emplace_back([&, index] {
      while (index != 0 && !booted.load()) std::this_thread::yield();
      RunCpu(*cpus[index], [&] {
        if (index != 0) return;
                machine.root_ = *kernel::Job::CreateRoot();
        kernel::SetRootJob(machine.root_);
        boot(machine);
        booted = true;
      });
      --running;
    });
  }
  AwaitEnd(running);
  for (std::thread& thread : threads) thread.join();

  kernel::SetRootJob(nullptr);
  machine.root_.reset();
  const kernel::AuditCounts after = kernel::TakeAuditCounts();
  const bool same = after.SameResources(before);
  if (!same) {
    fprintf(stderr, "left behind: heap %lld objects %lld handles %lld\n",
            static_cast<long long>(after.heap.live_objects - before.heap.live_objects),
            static_cast<long long>(after.objects.objects - before.objects.objects),
            static_cast<long long>(after.objects.handles - before.objects.handles));
  }
  return same;
}

kernel::HandleEntry SmpMachine::NewProcess() {
  auto process = kernel::Process::Create(root_, "process");
  ASSERT(process);
  return {std::move(*process), kernel::Process::kDefaultRights};
}

base::RefPtr<kernel::Thread> SmpMachine::Start(kernel::Process& process, Program program) {
  arch::UserEntry entry{.pc = reinterpret_cast<uint64_t>(&RunProgram)};
  {
    std::scoped_lock guard(programs_lock_);
    programs_.push_back(std::move(program));
    entry.arg1 = reinterpret_cast<uint64_t>(&programs_.back());
  }
  auto thread = *kernel::Thread::Create(base::RefPtr<kernel::Process>(&process), "thread");
  const auto started = process.is_running() ? thread->Start(entry) : process.Start(*thread, entry, {});
  ASSERT(started || process.is_dead_or_dying());
  return thread;
}

void UserMode() {
  TakeInterrupts();
  if (arch::Context::Current().pending.load() != 0) kernel::HandlePending();
}

}  // namespace test

namespace kernel {

void OnRootJobEmpty() { test::stopping = true; }

void Panic(std::string_view what, const arch::TrapFrame*) {
  fprintf(stderr, "panic: %.*s\n", static_cast<int>(what.size()), what.data());
  abort();
}

}  // namespace kernel
