// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/job.h"

#include <new>
#include <utility>

#include "kernel/object/process.h"

namespace kernel {
namespace {

constinit Spinlock the_tree_lock{LockRank::kJobTree};

}  // namespace

Spinlock& Job::tree_lock() { return the_tree_lock; }

Job::Job(base::RefPtr<Job> parent, uint32_t height, const JobPolicy& policy)
    : Object(kType, ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES | kNoChildren),
      parent_(std::move(parent)),
      height_(height),
      policy_(policy) {}

Job::~Job() { ASSERT(!base::ListNode<Job>::linked()); }

base::Result<base::RefPtr<Job>> Job::CreateRoot() {
  auto* job = new (std::nothrow) Job(nullptr, kRootHeight, JobPolicy());
  if (job == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
  return base::RefPtr<Job>::Adopt(job);
}

base::Result<base::RefPtr<Job>> Job::Create(base::RefPtr<Job> parent) {
  if (parent->height_ == 0) return base::Error(ZX_ERR_OUT_OF_RANGE);
  auto* created = new (std::nothrow) Job(parent, parent->height_ - 1, parent->policy());
  if (created == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
  // Declared before the guard: dropped after it.
  auto job = base::RefPtr<Job>::Adopt(created);

  SpinlockGuard guard(tree_lock());
  if (parent->state_ != State::kAlive) {
    job->state_ = State::kDead;
    return base::Error(ZX_ERR_BAD_STATE);
  }
  // The policy may have changed since it was copied; from here on it cannot, the parent has a child.
  job->policy_ = parent->policy_;
  parent->children_.PushBack(*job);
  ++parent->child_count_;
  parent->UpdateSignals(ZX_JOB_NO_JOBS | kNoChildren, 0);
  return job;
}

zx_koid_t Job::related_koid() const { return parent_ ? parent_->koid() : ZX_KOID_INVALID; }

void Job::OnZeroHandles() { DieIfDone(base::RefPtr<Job>(this)); }

void Job::DieIfDone(base::RefPtr<Job> job) {
  bool root_is_empty = false;
  while (job) {
    base::RefPtr<Job> parent;
    {
      SpinlockGuard guard(tree_lock());
      if (job->state_ == State::kDead || !job->is_empty()) break;
      if (!job->parent_) {
        root_is_empty = true;
        break;
      }
      // Only handles can bring new members; a killed job accepts none.
      if (job->state_ == State::kAlive && job->handle_count() > 0) break;
      job->state_ = State::kDead;
      parent = job->parent_;
      base::List<Job, Job>::Remove(*job);
      --parent->child_count_;
      parent->ended_run_time_ += job->ended_run_time_;
      job->UpdateSignals(0, ZX_JOB_TERMINATED);
      const zx_signals_t no_jobs = parent->child_count_ == 0 ? ZX_JOB_NO_JOBS : 0;
      parent->UpdateSignals(0, no_jobs | (parent->is_empty() ? kNoChildren : 0));
    }
    job->exception_channel_.Close();
    job->debuggers_.Close();
    job = std::move(parent);
  }
  if (root_is_empty) OnRootJobEmpty();
}

// The job after `job` in pre-order among those below this one; this one first, nullptr at the end.
Job* Job::NextBelow(Job& job) {
  if (Job* child = job.children_.front()) return child;
  for (Job* at = &job; at != this; at = at->parent_.get()) {
    if (Job* next = at->parent_->children_.Next(*at)) return next;
  }
  return nullptr;
}

// The deepest process that has not been told to die.
Process* Job::NextToKill() {
  Process* found = nullptr;
  uint32_t found_height = kRootHeight + 1;
  for (Job* job = this; job != nullptr; job = NextBelow(*job)) {
    if (job->height_ >= found_height) continue;
    for (Process& process : job->processes_) {
      if (process.told_to_die()) continue;
      found = &process;
      found_height = job->height_;
      break;
    }
  }
  return found;
}

void Job::Kill(int64_t return_code) {
  {
    SpinlockGuard guard(tree_lock());
    for (Job* job = this; job != nullptr; job = NextBelow(*job)) {
      if (job->state_ != State::kAlive) continue;
      job->state_ = State::kKilled;
      job->return_code_ = return_code;
    }
  }
  while (true) {
    base::RefPtr<Process> victim;
    {
      SpinlockGuard guard(tree_lock());
      Process* process = NextToKill();
      if (process == nullptr) break;
      process->set_told_to_die();
      // A process whose last reference is gone is on its way out of the list by itself.
      if (process->AddRefUnlessZero()) victim = base::RefPtr<Process>::Adopt(process);
    }
    if (victim) victim->Kill(return_code);
  }
  // Jobs without processes have nobody whose end would end them: the deepest first.
  while (true) {
    base::RefPtr<Job> deepest;
    {
      SpinlockGuard guard(tree_lock());
      for (Job* job = this; job != nullptr; job = NextBelow(*job)) {
        if (job->is_empty() && job->state_ == State::kKilled &&
            (!deepest || job->height_ < deepest->height_)) {
          deepest = base::RefPtr<Job>(job);
          break;
        }
      }
    }
    if (!deepest) break;
    const bool was_root = !deepest->parent_;
    DieIfDone(deepest);
    if (was_root) break;
  }
}

base::Result<> Job::SetPolicy(JobPolicy::Conflict conflict,
                              std::span<const zx_policy_basic_v2_t> changes) {
  SpinlockGuard guard(tree_lock());
  if (!is_empty()) return base::Error(ZX_ERR_BAD_STATE);
  return policy_.Apply(conflict, changes);
}

base::Result<> Job::SetTimerSlack(const zx_policy_timer_slack_t& slack) {
  SpinlockGuard guard(tree_lock());
  if (!is_empty()) return base::Error(ZX_ERR_BAD_STATE);
  return policy_.ApplyTimerSlack(slack);
}

JobPolicy Job::policy() const {
  SpinlockGuard guard(tree_lock());
  return policy_;
}

base::Result<> Job::SetCriticalFor(Process& process, CriticalOn when) {
  SpinlockGuard guard(tree_lock());
  const Job* ancestor = process.job().get();
  while (ancestor != nullptr && ancestor != this) ancestor = ancestor->parent_.get();
  if (ancestor == nullptr) return base::Error(ZX_ERR_INVALID_ARGS);
  if (process.critical_job_) return base::Error(ZX_ERR_ALREADY_BOUND);
  process.critical_job_ = base::RefPtr<Job>(this);
  process.critical_on_ = when;
  return {};
}

base::Result<> Job::AddProcess(Process& process) {
  SpinlockGuard guard(tree_lock());
  if (state_ != State::kAlive) return base::Error(ZX_ERR_BAD_STATE);
  processes_.PushBack(process);
  ++process_count_;
  process.policy_ = policy_;
  UpdateSignals(ZX_JOB_NO_PROCESSES | kNoChildren, 0);
  return {};
}

void Job::RemoveProcess(Process& process) {
  base::RefPtr<Job> doomed;
  bool kill_critical = false;
  {
    SpinlockGuard guard(tree_lock());
    base::List<Process, Job>::Remove(process);
    --process_count_;
    ended_run_time_ += process.run_time();
    const zx_signals_t none = process_count_ == 0 ? ZX_JOB_NO_PROCESSES : 0;
    UpdateSignals(0, none | (is_empty() ? kNoChildren : 0));
    doomed = std::move(process.critical_job_);
    kill_critical = doomed && (process.critical_on_ == CriticalOn::kAnyEnd ||
                               process.return_code() != 0);
  }
  if (kill_critical) doomed->Kill(ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL);
  DieIfDone(base::RefPtr<Job>(this));
}

base::RefPtr<Job> Job::FindChild(zx_koid_t koid) {
  SpinlockGuard guard(tree_lock());
  for (Job& child : children_) {
    if (child.koid() == koid && child.AddRefUnlessZero()) return base::RefPtr<Job>::Adopt(&child);
  }
  return nullptr;
}

base::RefPtr<Process> Job::FindProcess(zx_koid_t koid) {
  SpinlockGuard guard(tree_lock());
  for (Process& process : processes_) {
    if (process.koid() == koid && process.AddRefUnlessZero()) {
      return base::RefPtr<Process>::Adopt(&process);
    }
  }
  return nullptr;
}

size_t Job::ListChildren(std::span<zx_koid_t> koids) {
  SpinlockGuard guard(tree_lock());
  size_t index = 0;
  for (Job& child : children_) {
    if (index == koids.size()) break;
    koids[index++] = child.koid();
  }
  return child_count_;
}

size_t Job::ListProcesses(std::span<zx_koid_t> koids) {
  SpinlockGuard guard(tree_lock());
  size_t index = 0;
  for (Process& process : processes_) {
    if (index == koids.size()) break;
    koids[index++] = process.koid();
  }
  return process_count_;
}

zx_info_job_t Job::GetInfo() const {
  SpinlockGuard guard(tree_lock());
  zx_info_job_t info = {};
  info.return_code = return_code_;
  info.exited = state_ != State::kAlive;
  info.kill_on_oom = kill_on_oom_;
  return info;
}

void Job::set_kill_on_oom(bool kill) {
  SpinlockGuard guard(tree_lock());
  kill_on_oom_ = kill;
}

zx_duration_t Job::run_time() {
  SpinlockGuard guard(tree_lock());
  zx_duration_t total = 0;
  for (Job* job = this; job != nullptr; job = NextBelow(*job)) {
    total += job->ended_run_time_;
    for (Process& process : job->processes_) total += process.run_time();
  }
  return total;
}

}  // namespace kernel
