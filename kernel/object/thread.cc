// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/thread.h"

#include <new>
#include <utility>

#include "kernel/object/exception_delivery.h"
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

base::Result<> Thread::Start(const arch::UserEntry& entry, Role role) {
  if (started_.exchange(true, std::memory_order_acq_rel)) return base::Error(ZX_ERR_BAD_STATE);
  entry_ = entry;
  role_ = role;
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
    // Debuggers may want to see its first registers, which are not there yet.
    thread->MakePending(PendingException::kStarting, 0, 0);
    arch::EnterUser(thread->entry_);
  }
  ExitCurrent();
}

void Thread::AnnounceStart() {
  if (role_ == Role::kFirst) TellJobDebuggers(MakeSyntheticReport(ZX_EXCP_PROCESS_STARTING));
  if (!task_.killed()) TellProcessDebugger(ZX_EXCP_THREAD_STARTING);
}

void Thread::ExitGracefully() {
  TellProcessDebugger(ZX_EXCP_THREAD_EXITING);
  ExitCurrent();
}

void Thread::ExitCurrent() {
  Thread& self = Current();
  if (self.call_.going_on()) self.call_.Abandon();
  self.exception_channel_.Close();
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
  info.wait_exception_channel_type = static_cast<uint32_t>(exception_level_.load(std::memory_order_relaxed));
  for (uint64_t& word : info.cpu_affinity_mask.mask) word = ~uint64_t{0};
  return info;
}

base::Result<zx_exception_report_t> Thread::GetExceptionReport() const {
  SpinlockGuard guard(lock());
  const ExceptionScope* exception = exception_.load(std::memory_order_acquire);
  if (exception == nullptr) return base::Error(ZX_ERR_BAD_STATE);
  return exception->report_;
}

base::Result<zx_thread_state_general_regs_t> Thread::ReadRegisters() const {
  SpinlockGuard guard(lock());
  const ExceptionScope* exception = exception_.load(std::memory_order_acquire);
  if (exception == nullptr) return base::Error(ZX_ERR_BAD_STATE);
  if (exception->access_ == ExceptionScope::Registers::kGone) return base::Error(ZX_ERR_NOT_SUPPORTED);
  [[clang::uninitialized]] zx_thread_state_general_regs_t registers;
  arch::ReadGeneralRegisters(task_.context.user_frame(), exception->pointers_, registers);
  return registers;
}

base::Result<> Thread::WriteRegisters(const zx_thread_state_general_regs_t& registers) {
  SpinlockGuard guard(lock());
  ExceptionScope* exception = exception_.load(std::memory_order_acquire);
  if (exception == nullptr) return base::Error(ZX_ERR_BAD_STATE);
  if (exception->access_ == ExceptionScope::Registers::kGone) return base::Error(ZX_ERR_NOT_SUPPORTED);
  TRY(base::FromStatus(arch::CheckGeneralRegisters(registers)));
  arch::WriteGeneralRegisters(registers, task_.context.user_frame(), exception->pointers_);
  exception->written_ = true;
  return {};
}

ExceptionScope::ExceptionScope(const zx_exception_report_t& report, Registers access)
    : thread_(Thread::Current()), report_(report), access_(access) {
  thread_.exception_.store(this, std::memory_order_release);
}

ExceptionScope::~ExceptionScope() {
  {
    SpinlockGuard guard(thread_.lock());
    thread_.exception_.store(nullptr, std::memory_order_relaxed);
  }
  // Nobody else reaches them any more.
  if (written_) arch::WriteUserPointers(pointers_);
}

void Thread::MakePending(PendingException exception, uint32_t code, uint32_t data) {
  ASSERT(this == &Current());
  std::atomic<uint32_t>& pending = task_.context.pending;
  if (pending.load(std::memory_order_relaxed) & arch::Context::kException) return;
  pending_exception_ = exception;
  pending_code_ = code;
  pending_data_ = data;
  pending.fetch_or(arch::Context::kException, std::memory_order_relaxed);
}

void Thread::RaisePolicyException(uint32_t policy_code, uint32_t data) {
  MakePending(PendingException::kPolicy, policy_code, data);
}

void Thread::RaiseUserException(uint32_t code, uint32_t data) {
  MakePending(PendingException::kUser, code, data);
}

void Thread::HandlePendingException() {
  switch (pending_exception_) {
    case PendingException::kStarting:
      return AnnounceStart();
    case PendingException::kUser:
      return TellJobDebuggers(MakeSyntheticReport(ZX_EXCP_USER, pending_code_, pending_data_));
    case PendingException::kPolicy:
      break;
  }
  arch::UserException exception = {};
  exception.report = MakeSyntheticReport(ZX_EXCP_POLICY_ERROR, pending_code_, pending_data_);
  HandleUserException(task_.context.user_frame(), exception);
}

// On the way to user mode with something pending.
void HandlePending() {
  arch::Context& context = arch::Context::Current();
  while (true) {
    const uint32_t pending = context.pending.load(std::memory_order_relaxed);
    if (pending == 0) return;
    if (pending & arch::Context::kKill) Thread::ExitCurrent();
    context.pending.fetch_and(arch::Context::kKill, std::memory_order_relaxed);
    if (pending & arch::Context::kException) Thread::Current().HandlePendingException();
    if (pending & arch::Context::kPreempt) sched::Task::Yield();
  }
}

}  // namespace kernel
