// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/sched/run_queue.h"

#include <arch/cpu.h>
#include <arch/irq.h>

#include <utility>

#include "kernel/handoff.h"
#include "kernel/object/thread.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "lib/base/assert.h"

namespace sched {
namespace {

// One more than the highest number of a CPU that has run tasks.
constinit std::atomic<uint32_t> cpu_count = 0;

}  // namespace

[[clang::no_destroy]] constinit RunQueue RunQueue::queues[kernel::Handoff::kMaxCpus];
constinit std::atomic<uint64_t> RunQueue::idle_cpus = 0;

void RunQueue::Interrupt(uint32_t cpu) {
  // The next task to place looks for another CPU.
  idle_cpus.fetch_and(~BitOf(cpu), std::memory_order_relaxed);
  arch::SendReschedule(cpu);
}

// Somebody waits on a busy CPU: one that is idle comes and takes it. A CPU that goes idle this very moment may
// look too early and be overlooked here; then the end of the time slice makes up for it.
void RunQueue::OfferToIdle() {
  const uint64_t idle = idle_cpus.load(std::memory_order_relaxed);
  if (idle != 0) [[unlikely]] {
    Interrupt(static_cast<uint32_t>(__builtin_ctzll(idle)));
  }
}

void RunQueue::LeaveBoot(Task& idle) NO_THREAD_SAFETY_ANALYSIS {
  RunQueue& queue = This();
  queue.lock_.Acquire();
  arch::Switch(arch::Context::Current(), idle.context);
  kernel::Panic("the boot stack ran again");
}

void RunQueue::RunIdle(void* idle_task) {
  RunQueue& queue = This();
  Task& idle = *static_cast<Task*>(idle_task);
  queue.idle_ = &idle;
  idle.state_.store(Task::State::kReady, std::memory_order_relaxed);
  idle.run_ticks_.store(-kernel::NowTicks(), std::memory_order_relaxed);
  idle.BelongTo(arch::CpuIndex());
  uint32_t known = cpu_count.load(std::memory_order_relaxed);
  while (known <= arch::CpuIndex() && !cpu_count.compare_exchange_weak(known, arch::CpuIndex() + 1)) {
  }
  while (true) {
    queue.lock_.Acquire();
    if (queue.HasReady()) {
      if (queue.ready_.has_several()) queue.StartSlice();
      queue.SwitchAway(idle);
      continue;
    }
    // Announced under the lock: whoever enqueues from now on sends an interrupt, which ends the wait.
    idle_cpus.fetch_or(BitOf(arch::CpuIndex()), std::memory_order_relaxed);
    queue.lock_.Release();
    if (!queue.TakeFromOthers()) arch::WaitForInterrupt();
    idle_cpus.fetch_and(~BitOf(arch::CpuIndex()), std::memory_order_relaxed);
  }
}

bool RunQueue::TakeFromOthers() {
  const uint32_t self = arch::CpuIndex();
  const uint32_t count = cpu_count.load(std::memory_order_relaxed);
  for (uint32_t cpu = 0; cpu < count; ++cpu) {
    RunQueue& other = queues[cpu];
    if (cpu == self || !other.HasReady()) continue;
    Task* task;
    {
      SpinlockGuard guard(other.lock_);
      task = other.ready_.PopFront();
      if (task != nullptr) {
        // Under the old lock, so that whoever wakes it finds the lock that counts from now on.
        task->BelongTo(self);
      }
    }
    if (task == nullptr) continue;
    SpinlockGuard guard(lock_);
    PushLocked(*task);
    return true;
  }
  return false;
}

void RunQueue::Enqueue(Task& task) {
  RunQueue& queue = Of(task.last_cpu());
  Arrival arrival;
  {
    SpinlockGuard guard(queue.lock_);
    arrival = queue.PushLocked(task);
  }
  queue.Announce(arrival, task.last_cpu());
}

void RunQueue::AnnounceSlow(Arrival arrival, uint32_t cpu, uint64_t idle) {
  if (arrival == Arrival::kFirst) {
    if (cpu == arch::CpuIndex()) {
      OnArrival();
    } else {
      Interrupt(cpu);
    }
  }
  if (idle != 0 && (idle & BitOf(cpu)) == 0) OfferToIdle();
}

[[gnu::noinline]] void RunQueue::ReportExited() NO_THREAD_SAFETY_ANALYSIS {
  Task* exited = std::exchange(exited_, nullptr);
  lock_.Release();
  // This may free a lot, so outside the lock.
  exited->thread()->OnTaskEnd();
}

void RunQueue::BeginTask() NO_THREAD_SAFETY_ANALYSIS { This().FinishSwitch(); }

[[gnu::always_inline]] inline bool RunQueue::ChooseSuccessor(Task& task) {
  if (task.last_cpu() != arch::CpuIndex() || idle_cpus.load(std::memory_order_relaxed) != 0 || successor_ != nullptr) {
    return false;
  }
  SpinlockGuard guard(lock_);
  // Nobody moves a parked task but who wakes it, under this lock.
  if (task.state() != Task::State::kParked || task.last_cpu() != arch::CpuIndex()) return false;
  task.wake_reason_ = ZX_OK;
  task.state_.store(Task::State::kReady, std::memory_order_relaxed);
  successor_ = &task;
  return true;
}

[[gnu::noinline]] void RunQueue::RunSuccessor() NO_THREAD_SAFETY_ANALYSIS {
  Task* next = std::exchange(successor_, nullptr);
  Task& self = Task::Current();
  lock_.Acquire();
  self.state_.store(Task::State::kReady, std::memory_order_relaxed);
  ready_.PushFront(self);
  gave_way_ = &self;
  // Two that only ever hand over to each other shall not keep the others waiting: it is still the same slice.
  if (!slice_running_) StartSlice();
  ++switches_at_slice_;
  SwitchTo(self, *next);
}

void Task::UnparkNext() {
  if (!RunQueue::This().ChooseSuccessor(*this)) Unpark();
}

void Task::GiveWay() { RunQueue::This().GiveWay(); }

void RunQueue::ExitCurrent() NO_THREAD_SAFETY_ANALYSIS {
  lock_.Acquire();
  Task& self = Task::Current();
  self.state_.store(Task::State::kDead, std::memory_order_relaxed);
  exited_ = &self;
  SwitchAway(self);
  kernel::Panic("a dead task ran again");
}

void RunQueue::OnTimer() {
  kernel::TimerQueue& timers = kernel::TimerQueue::This();
  timers.Expire();
  const zx_instant_mono_t now = kernel::Now();
  if (now < timers.slice_end()) return;
  if (!HasReady()) {
    timers.SetSliceEnd(ZX_TIME_INFINITE);
    slice_running_ = false;
    return;
  }
  if (switches_ == switches_at_slice_) {
    arch::Context::Current().pending.fetch_or(arch::Context::kPreempt, std::memory_order_relaxed);
    // The switch to come is where the next one's slice begins.
    switches_at_slice_ = switches_ + 1;
  } else {
    // Somebody else began to run in the middle of the slice and gets one of its own.
    switches_at_slice_ = switches_;
  }
  timers.SetSliceEnd(now + NextSlice());
  OfferToIdle();
}

void RunQueue::OnArrival() {
  // Nobody has to make room when the CPU is idle.
  if (!HasReady() || &Task::Current() == idle_) return;
  if (!slice_running_) StartSlice();
}

void RunQueue::StartSlice() {
  slice_running_ = true;
  switches_at_slice_ = switches_;
  kernel::TimerQueue::This().SetSliceEnd(kernel::Now() + NextSlice());
}

void RunQueue::SetSeed(uint32_t seed) {
  // Every CPU gets a sequence of its own.
  for (uint32_t cpu = 0; seed != 0 && cpu < kernel::Handoff::kMaxCpus; ++cpu) {
    const uint32_t state = seed * 0x9e37'79b9u + cpu * 0x85eb'ca6bu;
    Of(cpu).slice_random_ = state != 0 ? state : 1;
  }
}

zx_duration_t RunQueue::NextSlice() {
  if (slice_random_ == 0) [[likely]] return kSlice;
  // xorshift32 (G. Marsaglia, 2003).
  slice_random_ ^= slice_random_ << 13;
  slice_random_ ^= slice_random_ >> 17;
  slice_random_ ^= slice_random_ << 5;
  return ZX_USEC(10) + slice_random_ % ZX_USEC(200);
}

}  // namespace sched

namespace kernel {

void HandleTimer() { sched::RunQueue::This().OnTimer(); }

void HandleReschedule() { sched::RunQueue::This().OnArrival(); }

}  // namespace kernel
