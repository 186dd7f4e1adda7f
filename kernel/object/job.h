// SPDX-License-Identifier: BSD-2-Clause
// A group of processes and jobs with a common policy and fate.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <zircon/syscalls/object.h>

#include "kernel/object/exception_channel.h"
#include "kernel/object/job_policy.h"
#include "kernel/object/name.h"
#include "kernel/object/object.h"
#include "lib/base/list.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"
#include "lib/base/thread_annotations.h"

namespace kernel {

class Process;

// Lifetime: handles, child jobs and processes hold references. A job dies (once) when it has been
// killed and nothing is left below it, or when it has neither handles nor anything below it.
// Locking: one lock for the whole tree guards membership, policies and states.
class Job final : public Object, public base::ListNode<Job> {
 public:
  static constexpr ObjectType kType = ObjectType::kJob;
  static constexpr zx_rights_t kDefaultRights =
      ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHTS_PROPERTY | ZX_RIGHTS_POLICY | ZX_RIGHT_ENUMERATE |
      ZX_RIGHT_DESTROY | ZX_RIGHT_SIGNAL | ZX_RIGHT_MANAGE_JOB | ZX_RIGHT_MANAGE_PROCESS |
      ZX_RIGHT_MANAGE_THREAD;
  static constexpr uint32_t kRootHeight = 32;
  // Set by the kernel when nothing is below the job; not in the public headers.
  static constexpr zx_signals_t kNoChildren = 0x40;

  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Job>> CreateRoot();
  // A child of `parent`.
  // Errors: ZX_ERR_OUT_OF_RANGE the parent's height is 0, ZX_ERR_BAD_STATE it is dead or dying,
  // ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Job>> Create(base::RefPtr<Job> parent);
  ~Job() override;

  zx_koid_t related_koid() const override;
  void OnZeroHandles() override;

  // Kills everything below, deepest first, then the job. Returns at once; TERMINATED says when done.
  void Kill(int64_t return_code);

  // Errors: those of JobPolicy; ZX_ERR_BAD_STATE the job has children.
  base::Result<> SetPolicy(JobPolicy::Conflict conflict, std::span<const zx_policy_basic_v2_t> changes);
  base::Result<> SetTimerSlack(const zx_policy_timer_slack_t& slack);
  JobPolicy policy() const;

  // Ties the job's life to `process`: see zx_job_set_critical().
  // Errors: ZX_ERR_INVALID_ARGS the job is not an ancestor, ZX_ERR_ALREADY_BOUND.
  enum class CriticalOn : uint8_t { kAnyEnd, kNonZeroReturnCode };
  base::Result<> SetCriticalFor(Process& process, CriticalOn when);

  // Membership of a process, from its creation to its end.
  // Errors: ZX_ERR_BAD_STATE the job is dead or dying.
  base::Result<> AddProcess(Process& process);
  void RemoveProcess(Process& process);

  // A member by koid, or nullptr.
  base::RefPtr<Job> FindChild(zx_koid_t koid);
  base::RefPtr<Process> FindProcess(zx_koid_t koid);
  // Fills `koids` from the members; returns how many there are in all.
  size_t ListChildren(std::span<zx_koid_t> koids);
  size_t ListProcesses(std::span<zx_koid_t> koids);
  // Calls visit(Process&) for every process below, with the tree's lock held.
  template <class Visit>
  void ForEachProcess(Visit visit);

  // The same without the lock, for a machine that has been stopped.
  template <class Visit>
  void ForEachProcessUnlocked(Visit visit);

  zx_info_job_t GetInfo() const;
  void set_kill_on_oom(bool kill);
  Name& name() { return name_; }
  // Where exceptions go that nobody below has dealt with, and who hears of new processes below.
  ExceptionChannel& exception_channel() { return exception_channel_; }
  JobDebuggers& debuggers() { return debuggers_; }
  uint32_t height() const { return height_; }
  const base::RefPtr<Job>& parent() const { return parent_; }
  // Nanoseconds on CPUs of everything below, ended processes included.
  zx_duration_t run_time();

 private:
  enum class State : uint8_t { kAlive, kKilled, kDead };

  Job(base::RefPtr<Job> parent, uint32_t height, const JobPolicy& policy);

  static Spinlock& tree_lock();
  bool is_empty() const REQUIRES(tree_lock()) { return child_count_ == 0 && process_count_ == 0; }
  Job* NextBelow(Job& job) REQUIRES(tree_lock());
  Process* NextToKill() REQUIRES(tree_lock());
  // Follows an end upwards: jobs that have nothing left to live for die.
  static void DieIfDone(base::RefPtr<Job> job) EXCLUDES(tree_lock());

  const base::RefPtr<Job> parent_;
  const uint32_t height_;
  Name name_;
  ExceptionChannel exception_channel_;
  JobDebuggers debuggers_;
  // Guarded by tree_lock().
  State state_ = State::kAlive;
  bool kill_on_oom_ = false;
  int64_t return_code_ = 0;
  JobPolicy policy_;
  uint32_t child_count_ = 0;
  uint32_t process_count_ = 0;
  zx_duration_t ended_run_time_ = 0;
  base::List<Job, Job> children_;
  base::List<Process, Job> processes_;
};

// Called when the root job has nothing left below it: the system has nothing more to do.
void OnRootJobEmpty();

}  // namespace kernel
