// SPDX-License-Identifier: BSD-2-Clause
// The ready tasks of one CPU, and switching between them.
//
// Round robin with a time slice: a task that has used its slice, yields or wakes up goes to the end.
// A CPU that has nothing to do takes a waiting task from another.
//
// A queue's lock is held across a switch and released by whoever runs next on that CPU, so nobody can
// take a task away before its registers are saved.
#pragma once

#include <atomic>
#include <cstdint>

#include <arch/cpu.h>
#include <arch/page_table.h>
#include <zircon/types.h>

#include "kernel/handoff.h"
#include "kernel/sched/ready_queue.h"
#include "kernel/sched/task.h"
#include "kernel/sync/spinlock.h"
#include "kernel/time/clock.h"
#include "kernel/vm/address_space.h"
#include "lib/base/thread_annotations.h"

namespace sched {

class alignas(64) RunQueue {
 public:
  static constexpr zx_duration_t kSlice = ZX_MSEC(5);

  constexpr RunQueue() = default;

  static RunQueue& This() { return queues[arch::CpuIndex()]; }
  static RunQueue& Of(uint32_t cpu) { return queues[cpu]; }

  // Leaves the boot CPU's start-up code for the idle loop on `idle`'s stack. From then on tasks run.
  [[noreturn]] static void LeaveBoot(Task& idle);
  // What idle tasks do: the entry of Task::Prepare() on the boot CPU, called by SecondaryMain() on
  // the others with their own task.
  [[noreturn]] static void RunIdle(void* idle_task);

  // Where a task that last ran on `last_cpu` should run: there if that CPU has nothing to do or all
  // are busy, else on an idle CPU.
  static uint32_t ChooseCpu(uint32_t last_cpu) {
    const uint64_t idle = idle_cpus.load(std::memory_order_relaxed);
    if (idle == 0 || (idle & BitOf(last_cpu)) != 0) return last_cpu;
    return static_cast<uint32_t>(__builtin_ctzll(idle));
  }
  // Puts a ready task, which nobody else can reach, in the queue of its last_cpu() and tells that CPU.
  static void Enqueue(Task& task);
  // The same in two steps, for a caller that holds this queue's lock: the second one after releasing it.
  enum class Arrival : uint8_t { kFirst, kBehindOthers };
  Arrival PushLocked(Task& task) REQUIRES(lock_) {
    const bool first = ready_.empty();
    ready_.PushBack(task);
    task.state_.store(Task::State::kReady, std::memory_order_relaxed);
    return first ? Arrival::kFirst : Arrival::kBehindOthers;
  }
  void Announce(Arrival arrival, uint32_t cpu) EXCLUDES(lock_) {
    const uint64_t idle = idle_cpus.load(std::memory_order_relaxed);
    // With others waiting already, or its slice running, the CPU knows all it needs.
    const bool known = arrival == Arrival::kBehindOthers || (cpu == arch::CpuIndex() && slice_running_);
    if (idle == 0 && known) [[likely]] return;
    AnnounceSlow(arrival, cpu, idle);
  }

  // Gives the CPU away; the current task, `self`, is parked, dead or idle. Returns when it runs again,
  // perhaps on another CPU, with the lock released.
  void SwitchAway(Task& self) RELEASE(lock_);
  // Takes a parked task of this CPU out of everybody else's reach, so that GiveWay() can go over to it. Returns
  // whether that was possible.
  bool ChooseSuccessor(Task& task) EXCLUDES(lock_);
  // Goes over to the chosen task, if there is one. The current task is the first of those that wait.
  void GiveWay() EXCLUDES(lock_) {
    if (successor_ != nullptr) [[unlikely]] RunSuccessor();
  }
  // First thing on a new stack: ends the switch that led there.
  static void BeginTask();
  // The current task goes behind the others.
  static void YieldCurrent();
  // The current task never runs again; its thread is told from another stack.
  [[noreturn]] void ExitCurrent() EXCLUDES(lock_);
  // Asks for a switch on the way to user mode if the slice is over and somebody waits.
  void OnTimer();
  // There may be something new in this queue: starts the running task's slice.
  void OnArrival();

  // Makes slices short and of varying length, the same ones for the same seed: tests preempt threads at
  // other points with each seed. 0: all slices are kSlice. Called once, before tasks run.
  static void SetSeed(uint32_t seed);

  // Switches between tasks of this CPU since boot.
  uint64_t switch_count() const { return switches_; }
  Spinlock& lock() RETURN_CAPABILITY(lock_) { return lock_; }

 private:
  // Moves one task that waits for its turn on a busy CPU here. Returns whether there was one.
  bool TakeFromOthers() EXCLUDES(lock_);
  void SwitchTo(Task& self, Task& next) RELEASE(lock_);
  void RunSuccessor() EXCLUDES(lock_);
  void FinishSwitch() RELEASE(lock_);
  [[gnu::cold]] void ReportExited() RELEASE(lock_);
  void StartSlice();
  void AnnounceSlow(Arrival arrival, uint32_t cpu, uint64_t idle) EXCLUDES(lock_);
  static uint64_t BitOf(uint32_t cpu) { return uint64_t{1} << cpu; }
  static void Interrupt(uint32_t cpu);
  static void OfferToIdle();
  zx_duration_t NextSlice();
  // True only for the moment, without the lock.
  bool HasReady() const NO_THREAD_SAFETY_ANALYSIS { return !ready_.empty(); }
  void Activate(vm::AddressSpace* space) REQUIRES(lock_) {
    active_ = space;
    if (space == nullptr) [[unlikely]] return arch::PageTable::Kernel().Activate();
    space->Activate();
  }

  Spinlock lock_{LockRank::kRunQueue};
  ReadyQueue ready_ GUARDED_BY(lock_);
  // The rest is used by the queue's own CPU only.
  Task* idle_ = nullptr;
  // Between ChooseSuccessor() and GiveWay(); in no queue, though ready.
  Task* successor_ = nullptr;
  // The task that gave way last, while it is first in the queue. When it runs again its slice goes on.
  Task* gave_way_ = nullptr;
  // Whose end the next task on this CPU reports.
  Task* exited_ = nullptr;
  // That of the running task, which keeps it alive. Never one that outlives its last task here: an idle CPU
  // is in none.
  vm::AddressSpace* active_ = nullptr;
  uint64_t switches_ = 0;
  // When the running slice began: equal to switches_ while the same task runs.
  uint64_t switches_at_slice_ = 0;
  bool slice_running_ = false;
  // State of the generator behind NextSlice(); 0 without a seed.
  uint32_t slice_random_ = 0;

  static_assert(kernel::Handoff::kMaxCpus <= 64);
  static RunQueue queues[kernel::Handoff::kMaxCpus];
  // CPUs that wait for something to do, as bits.
  static std::atomic<uint64_t> idle_cpus;
};

// Part of every function that gives the CPU away: arch::Switch() is where they spend their time. The analysis
// cannot see that whoever runs next releases the lock.
[[gnu::always_inline]] inline void RunQueue::SwitchTo(Task& self, Task& next) NO_THREAD_SAFETY_ANALYSIS {
  const zx_ticks_t now = kernel::NowTicksUnordered();
  self.run_ticks_.store(self.run_ticks_.load(std::memory_order_relaxed) + now, std::memory_order_relaxed);
  next.run_ticks_.store(next.run_ticks_.load(std::memory_order_relaxed) - now, std::memory_order_relaxed);
  if (next.space_ != active_) Activate(next.space_);
  ++switches_;
  // Perhaps on another CPU.
  static_cast<Task*>(arch::Switch(self.context, next.context).owner)->queue_->FinishSwitch();
}

// The lock was acquired by the task that ran before on this CPU.
[[gnu::always_inline]] inline void RunQueue::FinishSwitch() NO_THREAD_SAFETY_ANALYSIS {
  if (exited_ != nullptr) [[unlikely]] return ReportExited();
  lock_.Release();
}

[[gnu::always_inline]] inline void RunQueue::SwitchAway(Task& self) NO_THREAD_SAFETY_ANALYSIS {
  Task* next = ready_.PopFront();
  if (next == nullptr) next = idle_;
  if (next == gave_way_) {
    gave_way_ = nullptr;
    ++switches_at_slice_;
  }
  SwitchTo(self, *next);
}

[[gnu::always_inline]] inline void RunQueue::YieldCurrent() NO_THREAD_SAFETY_ANALYSIS {
  Task& self = Task::Current();
  RunQueue& queue = *self.queue_;
  queue.lock_.Acquire();
  Task* next = queue.ready_.Exchange(self);
  if (next == nullptr) [[unlikely]] return queue.lock_.Release();
  queue.SwitchTo(self, *next);
}

inline zx_status_t Task::ParkHere(const kernel::Deadline& deadline) NO_THREAD_SAFETY_ANALYSIS {
  Task& self = Current();
  RunQueue& queue = *self.queue_;
  queue.lock().Acquire();
  // Under the lock nobody can leave a permit or a kill unseen.
  const zx_status_t status = self.PrepareToPark(deadline);
  if (status != ZX_ERR_SHOULD_WAIT) [[unlikely]] {
    queue.lock().Release();
    return status;
  }
  self.state_.store(State::kParked, std::memory_order_relaxed);
  queue.SwitchAway(self);

  self.alarm_.Cancel();
  // Killed as well, it is told so by the next Park() or on its way to user mode.
  if (self.wake_reason_ == ZX_OK) [[likely]] return ZX_OK;
  return self.ReasonOrPermit();
}

}  // namespace sched
