// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/sched/task.h"

#include <algorithm>

#include <arch/cpu.h>
#include <arch/irq.h>

#include "kernel/sched/run_queue.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "lib/base/assert.h"

namespace sched {

base::Result<> Task::Prepare(void (*entry)(void*), void* argument) {
  if (!stack_) stack_ = TRY(vm::KernelStack::Create());
  entry_ = entry;
  argument_ = argument;
  context.Prepare(stack_.top(), stack_.shadow_base(), &Task::Begin, this);
  return {};
}

// The other half of the switch that led to a new stack, then its purpose.
void Task::Begin(void* task) {
  RunQueue::BeginTask();
  const Task& self = *static_cast<Task*>(task);
  self.entry_(self.argument_);
  Exit();
}

void Task::BelongTo(uint32_t cpu) {
  cpu_.store(cpu, std::memory_order_relaxed);
  queue_ = &RunQueue::Of(cpu);
}

void Task::Start(vm::AddressSpace* space) {
  ASSERT(state() == State::kNew);
  space_ = space;
  BelongTo(RunQueue::ChooseCpu(arch::CpuIndex()));
  RunQueue::Enqueue(*this);
}

zx_status_t Task::Park(const kernel::Deadline& deadline) { return ParkHere(deadline); }

// An Unpark() that came too late to be the reason counts all the same.
zx_status_t Task::ReasonOrPermit() {
  return permit_.exchange(0, std::memory_order_acquire) != 0 ? ZX_OK : wake_reason_;
}

zx_status_t Task::SetAlarm(const kernel::Deadline& deadline) {
  if (deadline.when() <= kernel::Now()) return ZX_ERR_TIMED_OUT;
  alarm_.Set(deadline);
  return ZX_ERR_SHOULD_WAIT;
}

void Task::Unpark() { Wake(ZX_OK); }

void Task::Kill() {
  context.pending.fetch_or(arch::Context::kKill, std::memory_order_relaxed);
  Wake(kParkKilled);
  // In user mode it would notice at its next entry into the kernel only: make one happen.
  const uint32_t cpu = last_cpu();
  if (state() == State::kReady && cpu != arch::CpuIndex()) arch::SendReschedule(cpu);
}

void Task::Wake(zx_status_t reason) {
  while (true) {
    const uint32_t cpu = last_cpu();
    RunQueue& queue = RunQueue::Of(cpu);
    const uint32_t chosen = RunQueue::ChooseCpu(cpu);
    auto arrival = RunQueue::Arrival::kBehindOthers;
    {
      SpinlockGuard guard(queue.lock());
      // Woken by somebody else and sent to another CPU meanwhile: ask there.
      if (last_cpu() != cpu) continue;
      if (state() != State::kParked) {
        if (reason == ZX_OK) permit_.store(1, std::memory_order_release);
        return;
      }
      wake_reason_ = reason;
      if (chosen == cpu) {
        arrival = queue.PushLocked(*this);
      } else {
        state_.store(State::kReady, std::memory_order_relaxed);
        // Under this lock, so that the next to wake it finds the lock that counts from now on.
        BelongTo(chosen);
      }
    }
    if (chosen == cpu) return queue.Announce(arrival, cpu);
    return RunQueue::Enqueue(*this);
  }
}

zx_duration_t Task::run_time() const {
  zx_ticks_t ticks = run_ticks_.load(std::memory_order_relaxed);
  // Read from another CPU, the counter may be a little behind.
  if (ticks < 0) ticks = std::max(zx_ticks_t{0}, ticks + kernel::NowTicks());
  return kernel::TicksToNanoseconds(ticks);
}

void Task::Yield() { RunQueue::YieldCurrent(); }

void Task::Exit() { RunQueue::This().ExitCurrent(); }

}  // namespace sched
