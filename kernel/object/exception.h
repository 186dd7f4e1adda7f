// SPDX-License-Identifier: BSD-2-Clause
// What a handler holds while a thread waits for its verdict.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>
#include <utility>

#include <zircon/syscalls/exception.h>

#include "kernel/object/object.h"
#include "kernel/object/thread.h"
#include "kernel/vm/heap.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"

namespace kernel {

// Where a handler stands (ZX_EXCEPTION_CHANNEL_TYPE_*).
enum class ExceptionLevel : uint32_t {
  kNone = ZX_EXCEPTION_CHANNEL_TYPE_NONE,
  kDebugger = ZX_EXCEPTION_CHANNEL_TYPE_DEBUGGER,
  kThread = ZX_EXCEPTION_CHANNEL_TYPE_THREAD,
  kProcess = ZX_EXCEPTION_CHANNEL_TYPE_PROCESS,
  kJob = ZX_EXCEPTION_CHANNEL_TYPE_JOB,
  kJobDebugger = ZX_EXCEPTION_CHANNEL_TYPE_JOB_DEBUGGER,
};

// One exception at one handler. Each handler gets an object of its own, so that nobody who looks at an
// old one has a say in what the next decides.
//
// Lifetime: one handle, in a message or with the handler; it keeps the thread. When the handle is closed
// the verdict stands and the thread goes on. After that, or when the thread has been killed, the object has
// no effect.
class Exception final : public Object {
 public:
  static constexpr ObjectType kType = ObjectType::kException;
  static constexpr zx_rights_t kDefaultRights = ZX_DEFAULT_EXCEPTION_RIGHTS;

  // The verdict: ZX_EXCEPTION_STATE_*. The values are those of the property.
  enum class State : uint32_t {
    kTryNext = ZX_EXCEPTION_STATE_TRY_NEXT,
    kHandled = ZX_EXCEPTION_STATE_HANDLED,
    kThreadExit = ZX_EXCEPTION_STATE_THREAD_EXIT,
  };
  enum class Strategy : uint32_t {
    kFirstChance = ZX_EXCEPTION_STRATEGY_FIRST_CHANCE,
    kSecondChance = ZX_EXCEPTION_STRATEGY_SECOND_CHANCE,
  };

  // An exception of the current thread, `current`, for the handler at `level`; nullptr when there is no memory.
  [[gnu::always_inline]] static base::RefPtr<Exception> TryCreate(Thread& current, ExceptionLevel level,
                                                                  Strategy strategy) {
    return base::RefPtr<Exception>::Adopt(new (std::nothrow)
                                              Exception(base::RefPtr<Thread>(&current), level, strategy));
  }
  // The rights of the task handle through which the handler opened its channel; set before the handler knows of
  // the exception.
  zx_rights_t& task_rights() { return task_rights_; }

  // Parks the current thread, which must be the exception's, until its handle is closed.
  // Errors: sched::kParkKilled.
  base::Result<> WaitForVerdict();

  State state() const { return state_.load(std::memory_order_relaxed); }
  void set_state(State state) { state_.store(state, std::memory_order_relaxed); }
  Strategy strategy() const { return strategy_.load(std::memory_order_relaxed); }
  // Errors: ZX_ERR_BAD_STATE not at the debugger of a process.
  base::Result<> SetStrategy(Strategy strategy);

  const base::RefPtr<Thread>& thread() const { return thread_; }
  // The rights of handles made from this one; those to the process may be none at all.
  zx_rights_t thread_rights() const;
  zx_rights_t process_rights() const;
  zx_koid_t related_koid() const override { return thread_->koid(); }
  void OnZeroHandles() override;
  static void* operator new(size_t, const std::nothrow_t&) noexcept { return vm::AllocateFixed<sizeof(Exception)>(); }
  static void operator delete(void* memory) { vm::FreeFixed<sizeof(Exception)>(memory); }
  // Reaper::Reap() for an exception whose handle the current thread has closed by a call of its own: if the thread
  // that waits for the verdict is on this CPU it runs at once, and the current one when that parks or its slice
  // ends. Takes over the reference; no locks may be held.
  static void Reap(Object* exception);

 private:
  Exception(base::RefPtr<Thread> thread, ExceptionLevel level, Strategy strategy)
      : Object(kType), thread_(std::move(thread)), level_(level), strategy_(strategy) {}

  const base::RefPtr<Thread> thread_;
  const ExceptionLevel level_;
  zx_rights_t task_rights_ = ZX_RIGHT_NONE;
  std::atomic<State> state_ = State::kTryNext;
  std::atomic<Strategy> strategy_;
  std::atomic<bool> closed_ = false;
};

}  // namespace kernel
