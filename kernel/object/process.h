// SPDX-License-Identifier: BSD-2-Clause
// A program: threads, an address space, handles.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include <zircon/syscalls/object.h>

#include "kernel/object/exception_channel.h"
#include "kernel/object/futex_table.h"
#include "kernel/object/handle_table.h"
#include "kernel/object/job.h"
#include "kernel/object/name.h"
#include "kernel/object/object.h"
#include "kernel/object/thread.h"
#include "kernel/vm/address_space.h"
#include "lib/base/list.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"
#include "lib/base/thread_annotations.h"

namespace kernel {

// Life: initial, running from its first thread on, dying once its end is decided, dead when the last
// thread is gone. A process that never ran dies with its last handle.
//
// Lifetime: handles and threads hold references; the job only lists it.
// Locking: state_lock_ guards state and threads; policy and membership belong to the job tree's lock.
class Process final : public Object, public base::ListNode<Job> {
 public:
  static constexpr ObjectType kType = ObjectType::kProcess;
  static constexpr zx_rights_t kDefaultRights =
      ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHTS_PROPERTY | ZX_RIGHT_ENUMERATE | ZX_RIGHT_DESTROY |
      ZX_RIGHT_SIGNAL | ZX_RIGHT_MANAGE_PROCESS | ZX_RIGHT_MANAGE_THREAD;

  // The caller's. Only in system calls and exceptions.
  static Process& Current() { return *static_cast<Process*>(arch::Context::Current().process); }

  // A new member of `job`, without threads, with an empty address space.
  // Errors: ZX_ERR_BAD_STATE the job is dead or dying, ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Process>> Create(base::RefPtr<Job> job, std::string_view name);
  ~Process() override;

  zx_koid_t related_koid() const override { return job_->koid(); }
  void OnZeroHandles() override;

  // Starts the first thread; `argument` becomes a handle of this process, whose value the program
  // gets in its first register. Consumes it in any case.
  // Errors: ZX_ERR_BAD_STATE not initial, or `thread` is not new; ZX_ERR_NO_MEMORY.
  base::Result<> Start(Thread& thread, arch::UserEntry entry, HandleEntry argument);

  // Ends the process with this return code unless its end has been decided already. The current
  // thread, if it belongs to it, goes on until it is on its way to user mode.
  void Kill(int64_t return_code);

  // ZX_ERR_ACCESS_DENIED if the job's policy forbids `condition` (ZX_POL_*). May end the process, or raise an
  // exception as RaisePolicyException() does. Only for the caller's process.
  base::Result<> EnforcePolicy(uint32_t condition);
  // An offence of the caller without a job policy of its own: Thread::RaisePolicyException().
  void RaisePolicyException(uint32_t policy_code, uint32_t data);

  // A thread comes to life, or is gone. Called by Thread.
  // Errors: ZX_ERR_BAD_STATE the process is not running.
  base::Result<> AddThread(Thread& thread);
  void RemoveThread(Thread& thread);
  base::RefPtr<Thread> FindThread(zx_koid_t koid);
  size_t ListThreads(std::span<zx_koid_t> koids);
  // Calls visit(Thread&) for each living thread, under the lock.
  template <class Visit>
  void ForEachThread(Visit visit) {
    SpinlockGuard guard(state_lock_);
    for (Thread& thread : threads_) visit(thread);
  }

  // The same without the lock, for a machine that has been stopped.
  template <class Visit>
  void ForEachThreadUnlocked(Visit visit) NO_THREAD_SAFETY_ANALYSIS {
    for (Thread& thread : threads_) visit(thread);
  }

  bool is_running() const;
  bool is_dead_or_dying() const;
  zx_info_process_t GetInfo() const;
  int64_t return_code() const;
  // Nanoseconds on CPUs of all threads, ended ones included.
  zx_duration_t run_time();

  HandleTable& handles() { return handles_; }
  FutexTable& futexes() { return futexes_; }
  vm::AddressSpace& address_space() { return *address_space_; }
  const base::RefPtr<Job>& job() const { return job_; }
  const JobPolicy& policy() const { return policy_; }
  Name& name() { return name_; }
  // Where exceptions of its threads go, and those its debugger is asked about first.
  ExceptionChannel& exception_channel() { return exception_channel_; }
  ExceptionChannel& debugger_channel() { return debugger_channel_; }

  // ZX_PROP_PROCESS_DEBUG_ADDR and BREAK_ON_LOAD: words a debugger and a dynamic linker agree on.
  std::atomic<uint64_t> debug_address = 0;
  std::atomic<uint64_t> break_on_load = 0;

 private:
  friend class Job;
  enum class State : uint8_t { kInitial, kRunning, kDying, kDead };

  Process(base::RefPtr<Job> job, base::RefPtr<vm::AddressSpace> space, std::string_view name);
  base::Result<> StartFirst(Thread& thread, arch::UserEntry entry, HandleEntry argument);
  void TakeBackStart();
  // Frees what the process had; the last step of its life.
  void Finish();
  bool told_to_die() const { return told_to_die_; }
  void set_told_to_die() { told_to_die_ = true; }

  const base::RefPtr<Job> job_;
  const base::RefPtr<vm::AddressSpace> address_space_;
  HandleTable handles_;
  FutexTable futexes_;
  Name name_;
  ExceptionChannel exception_channel_;
  ExceptionChannel debugger_channel_;

  mutable Spinlock state_lock_{LockRank::kProcess};
  State state_ GUARDED_BY(state_lock_) = State::kInitial;
  int64_t return_code_ GUARDED_BY(state_lock_) = 0;
  zx_instant_mono_t start_time_ GUARDED_BY(state_lock_) = 0;
  uint32_t thread_count_ GUARDED_BY(state_lock_) = 0;
  zx_duration_t ended_run_time_ GUARDED_BY(state_lock_) = 0;
  base::List<Thread, Process> threads_ GUARDED_BY(state_lock_);

  // Guarded by the job tree's lock; the policy does not change once handles to the process exist.
  JobPolicy policy_;
  bool told_to_die_ = false;
  base::RefPtr<Job> critical_job_;
  Job::CriticalOn critical_on_ = Job::CriticalOn::kAnyEnd;
};

template <class Visit>
void Job::ForEachProcessUnlocked(Visit visit) NO_THREAD_SAFETY_ANALYSIS {
  for (Job* job = this; job != nullptr; job = NextBelow(*job)) {
    for (Process& process : job->processes_) visit(process);
  }
}

// Process::RaisePolicyException() for the caller.
void RaisePolicyException(uint32_t policy_code, uint32_t data = 0);

template <class Visit>
void Job::ForEachProcess(Visit visit) {
  SpinlockGuard guard(tree_lock());
  for (Job* job = this; job != nullptr; job = NextBelow(*job)) {
    for (Process& process : job->processes_) visit(process);
  }
}

}  // namespace kernel
