// SPDX-License-Identifier: BSD-2-Clause
#include "tests/kernel/interleave/machine.h"

#include <arch/counter.h>
#include <arch/cpu.h>
#include <arch/host_machine.h>
#include <arch/interleave.h>

#include <algorithm>
#include <charconv>

#include "kernel/random.h"
#include "kernel/sched/run_queue.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "kernel/vm/init.h"

namespace interleave {
namespace {

using arch::host::Access;

constexpr size_t kPages = 2048;
constexpr uint64_t kStart = 1'000'000;

}  // namespace

struct Machine::Cpu {
  sched::Task idle{nullptr};
  Doing doing = Doing::kRuns;
  uint64_t reschedules_seen = 0;
  uint64_t deadline = UINT64_MAX;
};

std::string Schedule::Text() const {
  std::string text = std::to_string(first);
  for (const uint32_t step : preemptions) text += "," + std::to_string(step);
  return text;
}

Schedule Schedule::Parse(std::string_view text) {
  Schedule schedule;
  const char* end = text.data() + text.size();
  auto result = std::from_chars(text.data(), end, schedule.first);
  while (result.ec == std::errc() && result.ptr != end) {
    uint32_t step = 0;
    result = std::from_chars(result.ptr + 1, end, step);
    schedule.preemptions.push_back(step);
  }
  return schedule;
}

Machine& Machine::The() {
  static Machine* machine = nullptr;
  if (machine == nullptr) {
    machine = new Machine;
    machine->Start();
  }
  return *machine;
}

void Machine::Start() NO_THREAD_SAFETY_ANALYSIS {
  arch::host::SetCpu(kDriver);
  arch::host::ResetRam(kPages);
  arch::host::SetUserMemory(arch::host::UserMemory::kHostPointers);
  arch::host::SetUserMode(arch::host::UserMode::kHostFunctions);
  const kernel::MemoryRange memory[] = {{arch::host::Ram(), kernel::MemoryKind::kFree}};
  vm::Init(memory);
  const uint64_t seed[4] = {1, 2, 3, 4};
  kernel::SeedRandom(std::as_bytes(std::span(seed)));
  arch::host::SetCounter(kStart);
  kernel::InitClock();
  root_ = *kernel::Job::CreateRoot();
  static auto* driver = new sched::Task(nullptr);
  arch::Context::SetCurrent(&driver->context);
  for (uint32_t index = 0; index < kCpus; ++index) {
    cpus_[index] = new Cpu;
    arch::host::SetCpu(index);
    ASSERT(cpus_[index]->idle.Prepare(&sched::RunQueue::RunIdle, &cpus_[index]->idle));
    // An idle task begins like any other: with the queue's lock handed over.
    sched::RunQueue::This().lock().Acquire();
    arch::host::AddCpu(index, cpus_[index]->idle.context);
  }
  arch::host::SetIdle(&OnIdle);
  arch::host::SetSpinHook(&OnSpin);
  arch::host::access_hook = &OnAccess;
  // They announce themselves as idle.
  ASSERT(Run({}));
}

bool Machine::Run(const Schedule& schedule) {
  schedule_ = &schedule;
  next_preemption_ = 0;
  steps_.clear();
  steps_.reserve(kMaxSteps);
  arch::host::SetCpu(kDriver);
  running_ = true;
  const uint32_t first = CanGoOn(schedule.first) ? schedule.first : Successor(schedule.first);
  if (first != kDriver) GoOn(first);
  running_ = false;
  deciding_ = true;
  return !stuck_;
}

kernel::AuditCounts Machine::TakeCounts() {
  // Each CPU has caches of its own.
  for (uint32_t cpu = 0; cpu < kCpus; ++cpu) {
    arch::host::SetCpu(cpu);
    (void)kernel::TakeAuditCounts();
  }
  arch::host::SetCpu(kDriver);
  return kernel::TakeAuditCounts();
}

bool Machine::CanGoOn(uint32_t index) const {
  const Cpu& cpu = *cpus_[index];
  if (cpu.doing != Doing::kIdles) return cpu.doing == Doing::kRuns;
  return arch::host::RescheduleCount(index) != cpu.reschedules_seen || cpu.deadline <= arch::ReadCounter();
}

uint32_t Machine::Successor(uint32_t cpu) {
  const uint32_t other = kCpus - 1 - cpu;
  if (CanGoOn(other)) return other;
  if (CanGoOn(cpu)) return cpu;
  const bool idle = cpus_[cpu]->doing == Doing::kIdles && cpus_[other]->doing == Doing::kIdles;
  const uint64_t deadline = std::min(cpus_[cpu]->deadline, cpus_[other]->deadline);
  if (idle && deadline != UINT64_MAX) {
    arch::host::SetCounter(deadline);
    return cpus_[cpu]->deadline == deadline ? cpu : other;
  }
  // Who spins waits for somebody who does not come.
  stuck_ = stuck_ || !idle;
  return kDriver;
}

void Machine::GoOn(uint32_t cpu) {
  const uint32_t self = arch::CpuIndex();
  if (self < kCpus) cpus_[self]->deadline = arch::host::Deadline();
  if (cpu != self) arch::host::ContinueCpu(cpu);
}

void Machine::OnAccess(const volatile void* word, Access access) {
  Machine& machine = The();
  if (!machine.running_) return;
  machine.Advance(word, access != Access::kRead);
  if (access == Access::kExchange) return machine.LeaveOut(word);
  const volatile void*& believed = machine.believed_[arch::CpuIndex()];
  if (access == Access::kWrite && word == believed) believed = nullptr;
}

void Machine::OnComparison() {
  if (deciding_) return;
  Machine& machine = The();
  const volatile void* believed = machine.believed_[arch::CpuIndex()];
  if (machine.running_ && believed != nullptr) machine.Advance(believed, true);
}

void Machine::Advance(const volatile void* word, bool writes) {
  deciding_ = true;
  const uint32_t cpu = arch::CpuIndex();
  const uint32_t other = kCpus - 1 - cpu;
  const auto step = static_cast<uint32_t>(steps_.size());
  if (step >= kMaxSteps) {
    stuck_ = true;
    return GoOn(kDriver);
  }
  steps_.push_back({word, static_cast<uint8_t>(cpu), writes, step + 1});
  const auto& preemptions = schedule_->preemptions;
  if (next_preemption_ < preemptions.size() && preemptions[next_preemption_] == step) {
    ++next_preemption_;
    if (CanGoOn(other)) GoOn(other);
    steps_[step].done = static_cast<uint32_t>(steps_.size());
  }
  // What follows may be what somebody spins for.
  if (cpus_[other]->doing == Doing::kSpins) cpus_[other]->doing = Doing::kRuns;
  deciding_ = left_out_.empty();
}

void Machine::LeaveOut(const volatile void* word) {
  const auto* byte = static_cast<const std::byte*>(const_cast<const void*>(word));
  if (byte < left_out_.data() || byte >= left_out_.data() + left_out_.size()) return;
  *static_cast<volatile uint32_t*>(const_cast<volatile void*>(word)) = 0;
  believed_[arch::CpuIndex()] = word;
}

void Machine::OnSpin() {
  deciding_ = true;
  Machine& machine = The();
  const uint32_t cpu = arch::CpuIndex();
  machine.cpus_[cpu]->doing = Doing::kSpins;
  machine.GoOn(machine.Successor(cpu));
  deciding_ = machine.left_out_.empty();
}

void Machine::OnIdle() {
  deciding_ = true;
  Machine& machine = The();
  const uint32_t cpu = arch::CpuIndex();
  machine.cpus_[cpu]->doing = Doing::kIdles;
  machine.cpus_[cpu]->deadline = arch::host::Deadline();
  while (!machine.CanGoOn(cpu)) machine.GoOn(machine.Successor(cpu));
  machine.cpus_[cpu]->doing = Doing::kRuns;
  TakeInterrupts();
}

void Machine::TakeInterrupts() {
  Cpu& cpu = *The().cpus_[arch::CpuIndex()];
  const uint64_t reschedules = arch::host::RescheduleCount(arch::CpuIndex());
  if (std::exchange(cpu.reschedules_seen, reschedules) != reschedules) kernel::HandleReschedule();
  if (arch::host::Deadline() <= arch::ReadCounter()) {
    arch::ClearDeadline();
    kernel::HandleTimer();
  }
}

void Machine::UserMode() {
  TakeInterrupts();
  if (arch::Context::Current().pending.load() != 0) kernel::HandlePending();
}

void Machine::PassTime(uint64_t nanoseconds) {
  arch::host::AdvanceCounter(nanoseconds);
  UserMode();
}

}  // namespace interleave
