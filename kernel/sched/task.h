// SPDX-License-Identifier: BSD-2-Clause
// A thread of execution as the scheduler sees it. Kernel objects of type thread own one each; every
// CPU has an idle task besides.
#pragma once

#include <atomic>
#include <cstdint>

#include <arch/context.h>
#include <zircon/types.h>

#include "kernel/sched/ready_queue.h"
#include "kernel/sync/spinlock.h"
#include "kernel/time/deadline.h"
#include "kernel/time/timer_queue.h"
#include "kernel/vm/kernel_window.h"
#include "lib/base/assert.h"
#include "lib/base/result.h"

namespace kernel {
class Thread;
}
namespace vm {
class AddressSpace;
}

namespace sched {

class RunQueue;

// Results of Task::Park() that never reach user code as they are.
inline constexpr zx_status_t kParkKilled = -502;  // ZX_ERR_INTERNAL_INTR_KILLED

// Lifetime: the owner keeps a task until Thread::OnTaskEnd() tells it that the task has left its
// stack for ever.
// Locking: the state of a task that is not running belongs to the lock of the run queue of the CPU it
// last ran on.
class Task {
 public:
  // A ready task waits for its turn or runs.
  enum class State : uint8_t { kNew, kReady, kParked, kDead };

  explicit Task(kernel::Thread* thread) : alarm_(*this), thread_(thread) {
    context.owner = this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() { ASSERT(state() == State::kNew || state() == State::kDead); }

  // Gives the task a kernel stack; entry(argument) runs there with interrupts masked once the task
  // is started. Errors: ZX_ERR_NO_MEMORY, ZX_ERR_NO_RESOURCES.
  base::Result<> Prepare(void (*entry)(void*), void* argument);
  // Makes a prepared task ready. `space` is active while it runs; the owner keeps it alive.
  void Start(vm::AddressSpace* space);

  static Task& Current() { return *static_cast<Task*>(arch::Context::Current().owner); }

  // Blocks the current task until Unpark(). An Unpark() that came first makes it return at once, so
  // callers check their condition in a loop. Not under a lock.
  // Returns ZX_OK unparked; ZX_ERR_TIMED_OUT the deadline has passed, give or take its slack; kParkKilled
  // the task is to die.
  static zx_status_t Park(const kernel::Deadline& deadline);
  // The same as part of the caller, which need not save its registers twice; defined in run_queue.h.
  [[gnu::always_inline]] static zx_status_t ParkHere(const kernel::Deadline& deadline);
  // Lets the task return from Park(), now or next time. From any CPU; object locks may be held.
  void Unpark();

  // The same for a caller that calls GiveWay() as soon as it holds no locks: if the task is parked on this CPU and
  // no other CPU is free, it runs next, in what is left of the caller's time slice.
  void UnparkNext();
  // Lets the task that UnparkNext() has chosen run, if it has; the current one follows when that parks or its slice
  // ends. Not under a lock.
  static void GiveWay();

  // Marks the task to die: it leaves Park() and does not return to user mode again.
  void Kill();
  bool killed() const {
    return (context.pending.load(std::memory_order_relaxed) & arch::Context::kKill) != 0;
  }

  // Lets other ready tasks of this CPU run first.
  static void Yield();
  // Leaves the current task's stack for ever. The owner is told from another stack.
  [[noreturn]] static void Exit();

  kernel::Thread* thread() const { return thread_; }
  State state() const { return state_.load(std::memory_order_relaxed); }
  // Nanoseconds on a CPU so far.
  zx_duration_t run_time() const;
  // Where it runs next; under the lock that guards the state so far. Somebody who runs without Start() says so first.
  void BelongTo(uint32_t cpu);
  uint32_t last_cpu() const { return cpu_.load(std::memory_order_relaxed); }

  arch::Context context;

 private:
  friend class ReadyQueue;
  friend class RunQueue;

  // Ends a Park() whose time has come.
  class ParkAlarm final : public kernel::Alarm {
   public:
    explicit ParkAlarm(Task& task) : Alarm(&ParkAlarm::Fire), task_(task) {}

   private:
    static void Fire(kernel::Alarm& alarm) {
      static_cast<ParkAlarm&>(alarm).task_.Wake(ZX_ERR_TIMED_OUT);
    }
    Task& task_;
  };

  static void Begin(void* task);
  // What ends the park before it begins, or ZX_ERR_SHOULD_WAIT with the deadline armed.
  [[gnu::always_inline]] zx_status_t PrepareToPark(const kernel::Deadline& deadline) {
    if (permit_.load(std::memory_order_relaxed) != 0) [[unlikely]] {
      permit_.store(0, std::memory_order_relaxed);
      return ZX_OK;
    }
    if (killed()) [[unlikely]] return kParkKilled;
    return deadline.when() == ZX_TIME_INFINITE ? ZX_ERR_SHOULD_WAIT : SetAlarm(deadline);
  }
  [[gnu::noinline]] zx_status_t SetAlarm(const kernel::Deadline& deadline);
  [[gnu::cold, gnu::noinline]] zx_status_t ReasonOrPermit();
  // Makes the task ready if it is parked; otherwise leaves a permit when `reason` is ZX_OK.
  void Wake(zx_status_t reason);

  std::atomic<State> state_ = State::kNew;
  std::atomic<Task*> next_ready_ = nullptr;  // for ReadyQueue
  // Whose run queue lock guards the state; changes under the old one.
  std::atomic<uint32_t> cpu_ = 0;
  // That run queue, for the task itself while it runs.
  RunQueue* queue_ = nullptr;
  // An Unpark() that found nobody parked. Changes under the lock that guards the state, but for the
  // task itself when it has just run again.
  std::atomic<uint32_t> permit_ = 0;
  zx_status_t wake_reason_ = ZX_OK;
  ParkAlarm alarm_;
  kernel::Thread* const thread_;
  vm::AddressSpace* space_ = nullptr;
  vm::KernelStack stack_;
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  // While it runs less the ticks at which it began, and therefore negative.
  std::atomic<zx_ticks_t> run_ticks_ = 0;
};

inline bool ReadyQueue::has_several() const {
  const Task* first = first_.load(std::memory_order_relaxed);
  return first != nullptr && first->next_ready_.load(std::memory_order_relaxed) != nullptr;
}

inline void ReadyQueue::PushBack(Task& task) {
  task.next_ready_.store(nullptr, std::memory_order_relaxed);
  end_->store(&task, std::memory_order_relaxed);
  end_ = &task.next_ready_;
}

inline void ReadyQueue::PushFront(Task& task) {
  Task* first = first_.load(std::memory_order_relaxed);
  task.next_ready_.store(first, std::memory_order_relaxed);
  first_.store(&task, std::memory_order_relaxed);
  if (first == nullptr) end_ = &task.next_ready_;
}

inline Task* ReadyQueue::PopFront() {
  Task* task = first_.load(std::memory_order_relaxed);
  if (task == nullptr) return nullptr;
  Task* next = task->next_ready_.load(std::memory_order_relaxed);
  first_.store(next, std::memory_order_relaxed);
  if (next == nullptr) end_ = &first_;
  return task;
}

inline Task* ReadyQueue::Exchange(Task& task) {
  Task* first = first_.load(std::memory_order_relaxed);
  if (first == nullptr) [[unlikely]] return nullptr;
  PushBack(task);
  // At least `task` is behind it.
  first_.store(first->next_ready_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  return first;
}

}  // namespace sched
