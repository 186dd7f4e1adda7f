// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/thread.h"

#include <new>
#include <utility>

#include "kernel/object/process.h"
#include "kernel/upcalls.h"

namespace kernel {

Thread::Thread(base::RefPtr<Process> process, std::string_view name)
    : Object(kType), process_(std::move(process)), name_(name), task_(this) {
  task_.context.process = process_.get();
}

Thread::~Thread() { ASSERT(!base::ListNode<Process>::linked()); }

base::Result<base::RefPtr<Thread>> Thread::Create(base::RefPtr<Process> process, std::string_view name) {
  if (process->is_dead_or_dying()) return base::Error(ZX_ERR_BAD_STATE);
  auto* created = new (std::nothrow) Thread(std::move(process), name);
  if (created == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
  return base::RefPtr<Thread>::Adopt(created);
}

zx_koid_t Thread::related_koid() const { return process_->koid(); }

base::Result<> Thread::Start(const arch::UserEntry& entry) {
  if (started_.exchange(true, std::memory_order_acq_rel)) return base::Error(ZX_ERR_BAD_STATE);
  entry_ = entry;
  auto prepared = task_.Prepare(&Thread::EnterUserMode, this);
  if (prepared) prepared = process_->AddThread(*this);
  if (!prepared) {
    started_.store(false, std::memory_order_release);
    return prepared;
  }
  // The reference a living thread has to itself; OnTaskEnd() drops it.
  AddRef();
  UpdateSignals(0, ZX_THREAD_RUNNING);
  task_.Start(&process_->address_space());
  // Killed between AddThread() and now: it notices before it reaches user mode.
  return {};
}

void Thread::EnterUserMode(void* pointer) {
  auto* thread = static_cast<Thread*>(pointer);
  if (!thread->task_.killed()) {
    thread->task_.context.vdso_code_base = thread->process_->address_space().vdso_code_base();
    arch::EnterUser(thread->entry_);
  }
  ExitCurrent();
}

void Thread::ExitCurrent() {
  Thread& self = Current();
  if (self.call_.going_on()) self.call_.Abandon();
  self.process_->RemoveThread(self);
  self.UpdateSignals(ZX_THREAD_RUNNING | ZX_THREAD_SUSPENDED, ZX_THREAD_TERMINATED);
  sched::Task::Exit();
}

void Thread::OnTaskEnd() { base::RefPtr<Thread>::Adopt(this).reset(); }

zx_info_thread_t Thread::GetInfo() const {
  zx_info_thread_t info = {};
  using State = sched::Task::State;
  switch (task_.state()) {
    case State::kNew:
      info.state = ZX_THREAD_STATE_NEW;
      break;
    case State::kReady:
    case State::kRunning:
      info.state = ZX_THREAD_STATE_RUNNING;
      break;
    case State::kParked: {
      const uint32_t reason = blocked_reason.load(std::memory_order_relaxed);
      info.state = reason != 0 ? reason : ZX_THREAD_STATE_BLOCKED;
      break;
    }
    case State::kDead:
      info.state = ZX_THREAD_STATE_DEAD;
      break;
  }
  if (task_.state() != State::kDead && task_.state() != State::kNew && task_.killed()) {
    info.state = ZX_THREAD_STATE_DYING;
  }
  for (uint64_t& word : info.cpu_affinity_mask.mask) word = ~uint64_t{0};
  return info;
}

// On the way to user mode with something pending.
void HandlePending() {
  arch::Context& context = arch::Context::Current();
  while (true) {
    const uint32_t pending = context.pending.load(std::memory_order_relaxed);
    if (pending == 0) return;
    if (pending & arch::Context::kKill) Thread::ExitCurrent();
    context.pending.fetch_and(~(arch::Context::kPreempt | arch::Context::kSuspend),
                              std::memory_order_relaxed);
    if (pending & arch::Context::kPreempt) sched::Task::Yield();
  }
}

}  // namespace kernel
