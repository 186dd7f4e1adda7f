// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/process.h"

#include <new>
#include <utility>

#include <zircon/syscalls/exception.h>

#include "kernel/random.h"
#include "kernel/time/clock.h"

namespace kernel {
namespace {

// Conditions and codes have the same numbers up to 15; the later ones are listed apart.
uint32_t PolicyCodeOf(uint32_t condition) {
  return condition == ZX_POL_NEW_IOB ? ZX_EXCP_POLICY_CODE_NEW_IOB : condition;
}

}  // namespace

Process::Process(base::RefPtr<Job> job, base::RefPtr<vm::AddressSpace> space, std::string_view name)
    : Object(kType),
      job_(std::move(job)),
      address_space_(std::move(space)),
      handles_(static_cast<uint32_t>(DrawRandom64())),
      name_(name) {}

base::Result<base::RefPtr<Process>> Process::Create(base::RefPtr<Job> job, std::string_view name) {
  auto space = TRY(vm::AddressSpace::Create());
  auto* created = new (std::nothrow) Process(job, space, name);
  if (created == nullptr) {
    space->Destroy();
    return base::Error(ZX_ERR_NO_MEMORY);
  }
  auto process = base::RefPtr<Process>::Adopt(created);
  TRY(job->AddProcess(*process));
  return process;
}

Process::~Process() {
  ASSERT(!base::ListNode<Job>::linked());
  // One that could not be made has not been through Finish(): region and space refer to each other.
  address_space_->Destroy();
}

void Process::OnZeroHandles() {
  bool never_ran;
  {
    SpinlockGuard guard(state_lock_);
    never_ran = state_ == State::kInitial;
  }
  if (never_ran) Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
}

base::Result<> Process::Start(Thread& thread, arch::UserEntry entry, HandleEntry argument) {
  {
    SpinlockGuard guard(state_lock_);
    if (state_ != State::kInitial) return base::Error(ZX_ERR_BAD_STATE);
    state_ = State::kRunning;
    start_time_ = Now();
  }
  const auto started = StartFirst(thread, entry, std::move(argument));
  if (!started) TakeBackStart();
  return started;
}

// A process without a thread cannot get one any more: it goes back to where it was.
void Process::TakeBackStart() {
  {
    SpinlockGuard guard(state_lock_);
    if (state_ == State::kRunning && thread_count_ == 0) state_ = State::kInitial;
  }
  // Its last handle may have been closed meanwhile, when there seemed to be a thread to wait for.
  if (handle_count() == 0) OnZeroHandles();
}

base::Result<> Process::StartFirst(Thread& thread, arch::UserEntry entry, HandleEntry argument) {
  if (!argument) return thread.Start(entry, Thread::Role::kFirst);
  // The program shall never see a value that is not a handle of its own.
  auto reservation = TRY(handles_.Reserve(std::move(argument)));
  const zx_handle_t value = std::move(reservation).Commit();
  entry.arg1 = value;
  const auto started = thread.Start(entry, Thread::Role::kFirst);
  if (!started) (void)handles_.Remove(value);
  return started;
}

void Process::Kill(int64_t return_code) {
  bool finish = false;
  {
    SpinlockGuard guard(state_lock_);
    if (state_ == State::kDying || state_ == State::kDead) return;
    return_code_ = return_code;
    state_ = State::kDying;
    finish = thread_count_ == 0;
    for (Thread& thread : threads_) thread.task().Kill();
  }
  if (finish) Finish();
}

base::Result<> Process::EnforcePolicy(uint32_t condition) {
  const uint32_t action = policy_.ActionFor(condition);
  if (action == ZX_POL_ACTION_ALLOW) [[likely]] return {};
  switch (action) {
    case ZX_POL_ACTION_KILL:
      Kill(ZX_TASK_RETCODE_POLICY_KILL);
      return base::Error(ZX_ERR_ACCESS_DENIED);
    case ZX_POL_ACTION_ALLOW_EXCEPTION:
      RaisePolicyException(PolicyCodeOf(condition), 0);
      return {};
    case ZX_POL_ACTION_DENY_EXCEPTION:
      RaisePolicyException(PolicyCodeOf(condition), 0);
      return base::Error(ZX_ERR_ACCESS_DENIED);
    default:
      return base::Error(ZX_ERR_ACCESS_DENIED);
  }
}

void Process::RaisePolicyException(uint32_t policy_code, uint32_t data) {
  Thread::Current().RaisePolicyException(policy_code, data);
}

void RaisePolicyException(uint32_t policy_code, uint32_t data) {
  Process::Current().RaisePolicyException(policy_code, data);
}

base::Result<> Process::AddThread(Thread& thread) {
  SpinlockGuard guard(state_lock_);
  if (state_ != State::kRunning) return base::Error(ZX_ERR_BAD_STATE);
  threads_.PushBack(thread);
  ++thread_count_;
  return {};
}

void Process::RemoveThread(Thread& thread) {
  {
    SpinlockGuard guard(state_lock_);
    base::List<Thread, Process>::Remove(thread);
    ended_run_time_ += thread.task().run_time();
    if (--thread_count_ > 0) return;
    state_ = State::kDying;
  }
  Finish();
}

void Process::Finish() {
  exception_channel_.Close();
  debugger_channel_.Close();
  address_space_->Destroy();
  handles_.Clear();
  {
    SpinlockGuard guard(state_lock_);
    state_ = State::kDead;
  }
  job_->RemoveProcess(*this);
  // Last, so that whoever waits finds everything freed.
  UpdateSignals(0, ZX_PROCESS_TERMINATED);
}

base::RefPtr<Thread> Process::FindThread(zx_koid_t koid) {
  SpinlockGuard guard(state_lock_);
  for (Thread& thread : threads_) {
    if (thread.koid() == koid && thread.AddRefUnlessZero()) {
      return base::RefPtr<Thread>::Adopt(&thread);
    }
  }
  return nullptr;
}

size_t Process::ListThreads(std::span<zx_koid_t> koids) {
  SpinlockGuard guard(state_lock_);
  size_t index = 0;
  for (Thread& thread : threads_) {
    if (index == koids.size()) break;
    koids[index++] = thread.koid();
  }
  return thread_count_;
}

bool Process::is_running() const {
  SpinlockGuard guard(state_lock_);
  return state_ == State::kRunning;
}

bool Process::is_dead_or_dying() const {
  SpinlockGuard guard(state_lock_);
  return state_ == State::kDying || state_ == State::kDead;
}

zx_info_process_t Process::GetInfo() const {
  SpinlockGuard guard(state_lock_);
  zx_info_process_t info = {};
  info.return_code = return_code_;
  info.start_time = start_time_;
  if (state_ != State::kInitial) info.flags |= ZX_INFO_PROCESS_FLAG_STARTED;
  if (state_ == State::kDead) info.flags |= ZX_INFO_PROCESS_FLAG_EXITED;
  return info;
}

int64_t Process::return_code() const {
  SpinlockGuard guard(state_lock_);
  return return_code_;
}

zx_duration_t Process::run_time() {
  SpinlockGuard guard(state_lock_);
  zx_duration_t total = ended_run_time_;
  for (Thread& thread : threads_) total += thread.task().run_time();
  return total;
}

}  // namespace kernel
