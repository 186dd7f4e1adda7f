// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/job.h"

#include <algorithm>
#include <vector>

#include "kernel/object/process.h"
#include "tests/kernel/sched/scheduled_machine.h"

namespace {

using kernel::Job;
using kernel::JobPolicy;
using kernel::Process;
using sched::Task;
using test::ReturnToUser;

constexpr zx_signals_t kTerminated = ZX_TASK_TERMINATED;
constexpr zx_signals_t kFresh = ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES | Job::kNoChildren;

// Writes down the order in which objects signal their end.
class EndWatcher : public kernel::Observer {
 public:
  EndWatcher(kernel::Object& object, std::vector<zx_koid_t>& ended)
      : Observer(kTerminated), koid_(object.koid()), ended_(ended) {
    object.AddObserver(*this, nullptr, 0, kernel::Object::Trigger::kLevel);
  }
  bool OnMatch(zx_signals_t) override {
    ended_.push_back(koid_);
    return false;
  }
  bool OnCancel(zx_signals_t) override { return false; }

 private:
  const zx_koid_t koid_;
  std::vector<zx_koid_t>& ended_;
};

class JobTest : public test::ScheduledMachine {
 protected:
  static void WaitForEver() {
    while (Task::Park(ZX_TIME_INFINITE) != sched::kParkKilled) {
    }
    ReturnToUser();
  }
};

TEST_F(JobTest, AFreshJobHasNeitherJobsNorProcesses) {
  const auto job = NewJob(root());

  EXPECT_EQ(job->signals(), kFresh);
  EXPECT_EQ(job->related_koid(), root().koid());
  EXPECT_EQ(job->height(), Job::kRootHeight - 1);
}

TEST_F(JobTest, SignalsFollowItsMembers) {
  const auto job = NewJob(root());
  const auto child = NewJob(*job);
  EXPECT_EQ(job->signals(), ZX_JOB_NO_PROCESSES);

  Process& process = NewProcess(*child);
  EXPECT_EQ(child->signals(), ZX_JOB_NO_JOBS);

  process.Kill(0);
  EXPECT_EQ(child->signals(), kFresh);
  child->Kill(0);
  EXPECT_EQ(job->signals(), kFresh);
}

TEST_F(JobTest, TheTreeIsAtMost32High) {
  auto job = base::RefPtr<Job>(&root());
  for (uint32_t depth = 0; depth < Job::kRootHeight; ++depth) job = NewJob(*job);

  EXPECT_EQ(job->height(), 0u);
  EXPECT_EQ(Job::Create(job).error(), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(JobTest, DiesWithoutHandlesOnceNothingIsBelowIt) {
  base::RefPtr<Job> job;
  base::RefPtr<Process> process;
  {
    job = NewJob(root());
    process = base::RefPtr<Process>(&NewProcess(*job));
    Start(*process, WaitForEver);
  }
  Run();
  DropHandles();
  EXPECT_EQ(job->signals() & kTerminated, 0u);

  process->Kill(0);
  Run();

  EXPECT_EQ(job->signals() & kTerminated, kTerminated);
}

TEST_F(JobTest, KillReachesEverythingBelowDeepestFirst) {
  const auto top = NewJob(root());
  const auto middle = NewJob(*top);
  const auto bottom = NewJob(*middle);
  std::vector<Process*> processes;
  for (const auto& job : {top, middle, bottom}) {
    processes.push_back(&NewProcess(*job));
    Start(*processes.back(), WaitForEver);
  }
  Run();
  std::vector<zx_koid_t> ended;
  EndWatcher watch_top(*top, ended), watch_middle(*middle, ended), watch_bottom(*bottom, ended);

  top->Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
  Run();

  EXPECT_EQ(ended, (std::vector<zx_koid_t>{bottom->koid(), middle->koid(), top->koid()}));
  for (Process* process : processes) {
    EXPECT_EQ(process->GetInfo().return_code, ZX_TASK_RETCODE_SYSCALL_KILL);
    EXPECT_EQ(process->signals() & kTerminated, kTerminated);
  }
  EXPECT_EQ(top->GetInfo().return_code, ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_TRUE(top->GetInfo().exited);
}

TEST_F(JobTest, KillReachesSiblingsAndEmptyJobs) {
  const auto top = NewJob(root());
  std::vector<base::RefPtr<Job>> jobs;
  for (int i = 0; i < 5; ++i) {
    jobs.push_back(NewJob(*top));
    jobs.push_back(NewJob(*jobs.back()));
    Start(NewProcess(*jobs.back()), WaitForEver);
    Start(NewProcess(*jobs.back()), WaitForEver);
    jobs.push_back(NewJob(*top));  // without a process
  }
  Run();

  top->Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
  Run();

  for (const auto& job : jobs) EXPECT_EQ(job->signals() & kTerminated, kTerminated);
  EXPECT_EQ(top->signals() & kTerminated, kTerminated);
}

TEST_F(JobTest, AKilledJobTakesNoNewMembers) {
  const auto job = NewJob(root());
  Process& process = NewProcess(*job);
  Start(process, WaitForEver);
  Run();

  job->Kill(0);

  EXPECT_EQ(Job::Create(job).error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(Process::Create(job, "late").error(), ZX_ERR_BAD_STATE);
  Run();
}

TEST_F(JobTest, KillingTheOwnJobEndsTheCallerToo) {
  const auto job = NewJob(root());
  Process& process = NewProcess(*job);
  Start(process, [&] {
    job->Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
    ReturnToUser();
    ADD_FAILURE() << "the caller survived";
  });

  Run();

  EXPECT_EQ(job->signals() & kTerminated, kTerminated);
}

TEST_F(JobTest, PolicyChangesOnlyWhileTheJobIsEmpty) {
  const auto job = NewJob(root());
  const zx_policy_basic_v2_t deny[] = {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY}};
  const auto child = NewJob(*job);

  EXPECT_EQ(job->SetPolicy(JobPolicy::Conflict::kFail, deny).error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(job->SetTimerSlack({.min_slack = 1, .default_mode = 0, .padding1 = {}}).error(), ZX_ERR_BAD_STATE);

  child->Kill(0);
  EXPECT_TRUE(job->SetPolicy(JobPolicy::Conflict::kFail, deny));
}

TEST_F(JobTest, ChildrenInheritThePolicy) {
  const auto job = NewJob(root());
  const zx_policy_basic_v2_t deny[] = {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY}};
  ASSERT_TRUE(job->SetPolicy(JobPolicy::Conflict::kFail, deny));

  const auto child = NewJob(*job);

  EXPECT_EQ(child->policy().ActionFor(ZX_POL_NEW_EVENT), ZX_POL_ACTION_DENY);
  const zx_policy_basic_v2_t allow[] = {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW, ZX_POL_OVERRIDE_DENY}};
  EXPECT_EQ(child->SetPolicy(JobPolicy::Conflict::kFail, allow).error(), ZX_ERR_ALREADY_EXISTS);
}

TEST_F(JobTest, TheEndOfACriticalProcessKillsTheJob) {
  const auto job = NewJob(root());
  const auto inner = NewJob(*job);
  Process& critical = NewProcess(*inner);
  Process& other = NewProcess(*job);
  Start(critical, WaitForEver);
  Start(other, WaitForEver);
  Run();
  ASSERT_TRUE(job->SetCriticalFor(critical, Job::CriticalOn::kAnyEnd));
  EXPECT_EQ(job->SetCriticalFor(critical, Job::CriticalOn::kAnyEnd).error(), ZX_ERR_ALREADY_BOUND);

  critical.Kill(0);
  Run();

  EXPECT_EQ(job->GetInfo().return_code, ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL);
  EXPECT_EQ(other.GetInfo().return_code, ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL);
  EXPECT_EQ(job->signals() & kTerminated, kTerminated);
}

TEST_F(JobTest, AGoodEndMayBeExceptedFromBeingCritical) {
  const auto job = NewJob(root());
  Process& good = NewProcess(*job);
  Process& other = NewProcess(*job);
  Start(good, WaitForEver);
  Start(other, WaitForEver);
  Run();
  ASSERT_TRUE(job->SetCriticalFor(good, Job::CriticalOn::kNonZeroReturnCode));

  good.Kill(0);
  Run();

  EXPECT_EQ(other.signals() & kTerminated, 0u);
  job->Kill(0);
  Run();
}

TEST_F(JobTest, OnlyAnAncestorCanBeTiedToAProcess) {
  const auto job = NewJob(root());
  const auto sibling = NewJob(root());
  Process& process = NewProcess(*job);

  EXPECT_EQ(sibling->SetCriticalFor(process, Job::CriticalOn::kAnyEnd).error(), ZX_ERR_INVALID_ARGS);
}

TEST_F(JobTest, MembersAreListedAndFound) {
  const auto job = NewJob(root());
  const auto child = NewJob(*job);
  Process& process = NewProcess(*job);

  zx_koid_t koids[4] = {};
  EXPECT_EQ(job->ListChildren(koids), 1u);
  EXPECT_EQ(koids[0], child->koid());
  EXPECT_EQ(job->ListProcesses(koids), 1u);
  EXPECT_EQ(koids[0], process.koid());
  EXPECT_EQ(job->ListProcesses({}), 1u);
  EXPECT_EQ(job->FindChild(child->koid()).get(), child.get());
  EXPECT_EQ(job->FindProcess(process.koid()).get(), &process);
  EXPECT_EQ(job->FindProcess(child->koid()).get(), nullptr);
}

TEST_F(JobTest, TheRootJobReportsThatNothingIsLeft) {
  Start([] {});
  EXPECT_EQ(root_job_empty_count(), 0);

  Run();

  EXPECT_EQ(root_job_empty_count(), 1);
}

}  // namespace
