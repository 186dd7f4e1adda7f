// SPDX-License-Identifier: BSD-2-Clause
// The tree of jobs and processes against a table of its nodes. The processes never run, so that each
// operation ends with everything it causes.
#include <algorithm>
#include <memory>

#include <zircon/syscalls/policy.h>

#include "kernel/object/handle_entry.h"
#include "kernel/object/job.h"
#include "kernel/object/process.h"
#include "tests/kernel/model/model.h"
#include "tests/kernel/sched/scheduled_machine.h"

namespace model {
namespace {

using kernel::Job;
using kernel::Process;

class JobTreeModel : public ModelOn<test::ScheduledMachine> {
 protected:
  static constexpr size_t kManyJobs = 60;
  static constexpr size_t kManyProcesses = 60;

  struct JobNode {
    base::RefPtr<Job> job;
    kernel::HandleEntry handle;
    JobNode* parent = nullptr;
    uint32_t height = 0;
    bool exited = false;
    bool dead = false;
    int64_t return_code = 0;
    uint32_t action = ZX_POL_ACTION_ALLOW;  // of one condition
    size_t children = 0;
    size_t processes = 0;
  };
  struct ProcessNode {
    base::RefPtr<Process> process;
    kernel::HandleEntry handle;
    JobNode* job = nullptr;
    JobNode* depending = nullptr;
    Job::CriticalOn when = Job::CriticalOn::kAnyEnd;
    bool dead = false;
  };

  JobTreeModel() {
    auto node = std::make_unique<JobNode>();
    node->job = base::RefPtr<Job>(&root());
    node->height = Job::kRootHeight;
    jobs_.push_back(std::move(node));
  }
  ~JobTreeModel() override {
    processes_.clear();
    // Children keep their parents.
    while (!jobs_.empty()) jobs_.pop_back();
  }

  static bool IsIn(const JobNode* node, const JobNode* top) {
    while (node != nullptr && node != top) node = node->parent;
    return node != nullptr;
  }

  // What follows from an end, as the table sees it.
  void DieIfDone(JobNode* node) {
    while (node->parent != nullptr && !node->dead && node->children == 0 && node->processes == 0 &&
           (node->exited || !node->handle)) {
      node->exited = node->dead = true;
      --node->parent->children;
      node = node->parent;
    }
  }
  void KillJob(JobNode* top, int64_t return_code) {
    for (const auto& node : jobs_) {
      if (node->exited || !IsIn(node.get(), top)) continue;
      node->exited = true;
      node->return_code = return_code;
    }
    for (const auto& node : processes_) {
      if (!node->dead && IsIn(node->job, top)) EndProcess(*node, return_code);
    }
    // Those that had nothing in them: deepest first.
    for (uint32_t height = 0; height <= top->height; ++height) {
      for (const auto& node : jobs_) {
        if (node->height == height && IsIn(node.get(), top)) DieIfDone(node.get());
      }
    }
  }
  void EndProcess(ProcessNode& node, int64_t return_code) {
    node.dead = true;
    --node.job->processes;
    if (node.depending != nullptr && (node.when == Job::CriticalOn::kAnyEnd || return_code != 0)) {
      KillJob(node.depending, ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL);
    }
    DieIfDone(node.job);
  }

  JobNode& AnyJob() { return *AnyOf(jobs_); }
  void CreateJob() {
    // Most of them in a chain, so that the height runs out.
    JobNode& parent = OneIn(growing_ ? 20 : 3) ? AnyJob() : *jobs_.back();
    auto made = Job::Create(parent.job);
    if (parent.height == 0) {
      EXPECT_EQ(made.error(), ZX_ERR_OUT_OF_RANGE);
      ++refused_for_height_;
    } else if (parent.exited) {
      EXPECT_EQ(made.error(), ZX_ERR_BAD_STATE);
    } else {
      ASSERT_TRUE(made);
      auto node = std::make_unique<JobNode>();
      node->job = *made;
      node->handle = kernel::HandleEntry(std::move(*made), Job::kDefaultRights);
      node->parent = &parent;
      node->height = parent.height - 1;
      node->action = parent.action;
      ++parent.children;
      EXPECT_EQ(node->job->height(), node->height);
      EXPECT_EQ(node->job->related_koid(), parent.job->koid());
      jobs_.push_back(std::move(node));
    }
  }
  void CreateProcess() {
    JobNode& job = AnyJob();
    auto made = Process::Create(job.job, "process");
    if (job.exited) {
      EXPECT_EQ(made.error(), ZX_ERR_BAD_STATE);
      return;
    }
    ASSERT_TRUE(made);
    auto node = std::make_unique<ProcessNode>();
    node->process = *made;
    node->handle = kernel::HandleEntry(std::move(*made), Process::kDefaultRights);
    node->job = &job;
    ++job.processes;
    EXPECT_EQ(node->process->policy().ActionFor(ZX_POL_NEW_EVENT), job.action);
    processes_.push_back(std::move(node));
  }
  void DropJob() {
    JobNode& node = AnyJob();
    node.handle = {};
    DieIfDone(&node);
  }
  void DropProcess() {
    ProcessNode& node = *AnyOf(processes_);
    node.handle = {};
    // Nobody can start it any more.
    if (!node.dead) EndProcess(node, ZX_TASK_RETCODE_SYSCALL_KILL);
  }
  void KillProcess() {
    ProcessNode& node = *AnyOf(processes_);
    const int64_t return_code = OneIn(2) ? 0 : 7;
    node.process->Kill(return_code);
    if (!node.dead) EndProcess(node, return_code);
  }
  void KillAnyJob() {
    // The root's end is the machine's; jobs high in the tree take most of it along.
    JobNode& node = AnyJob();
    if (node.parent == nullptr || (node.children > 0 && !OneIn(6))) return;
    node.job->Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
    KillJob(&node, ZX_TASK_RETCODE_SYSCALL_KILL);
  }
  void SetPolicy() {
    JobNode& node = AnyJob();
    if (node.parent == nullptr) return;
    const auto action = static_cast<uint32_t>(Below(ZX_POL_ACTION_MAX));
    const zx_policy_basic_v2_t change[] = {{ZX_POL_NEW_EVENT, action, ZX_POL_OVERRIDE_ALLOW}};
    const auto set = node.job->SetPolicy(kernel::JobPolicy::Conflict::kFail, change);
    const bool empty = node.children == 0 && node.processes == 0;
    EXPECT_EQ(base::ToStatus(set), empty ? ZX_OK : ZX_ERR_BAD_STATE);
    if (empty) node.action = action;
  }
  void SetCritical() {
    ProcessNode& process = *AnyOf(processes_);
    // Itself or somebody above it more often than a stranger.
    JobNode* job = OneIn(3) ? &AnyJob() : process.job;
    while (OneIn(2) && job->parent != nullptr) job = job->parent;
    if (process.dead || job->parent == nullptr) return;
    const auto when = OneIn(2) ? Job::CriticalOn::kAnyEnd : Job::CriticalOn::kNonZeroReturnCode;
    const zx_status_t status = base::ToStatus(job->job->SetCriticalFor(*process.process, when));
    if (!IsIn(process.job, job)) {
      EXPECT_EQ(status, ZX_ERR_INVALID_ARGS);
    } else if (process.depending != nullptr) {
      EXPECT_EQ(status, ZX_ERR_ALREADY_BOUND);
    } else {
      EXPECT_EQ(status, ZX_OK);
      process.depending = job;
      process.when = when;
    }
  }

  // Nodes that nobody could reach any more.
  void Forget() {
    std::erase_if(processes_, [](const auto& node) { return node->dead && !node->handle; });
    std::erase_if(jobs_, [&](const auto& node) {
      return node->dead && !node->handle && std::ranges::none_of(jobs_, [&](const auto& other) {
               return other && other->parent == node.get();
             }) && std::ranges::none_of(processes_, [&](const auto& other) { return other->job == node.get(); });
    });
  }
  void Check(const JobNode& node) {
    zx_signals_t expected = 0;
    if (node.children == 0) expected |= ZX_JOB_NO_JOBS;
    if (node.processes == 0) expected |= ZX_JOB_NO_PROCESSES;
    if (node.children == 0 && node.processes == 0) expected |= Job::kNoChildren;
    if (node.dead) expected |= ZX_JOB_TERMINATED;
    EXPECT_EQ(node.job->signals(), expected);
    const zx_info_job_t info = node.job->GetInfo();
    EXPECT_EQ(info.exited, node.exited);
    EXPECT_EQ(info.return_code, node.return_code);
    EXPECT_EQ(node.job->policy().ActionFor(ZX_POL_NEW_EVENT), node.action);
  }
  void CheckMembers(JobNode& node) {
    zx_koid_t koids[kManyJobs + kManyProcesses];
    EXPECT_EQ(node.job->ListProcesses(koids), node.processes);
    for (const auto& process : processes_) {
      const bool member = !process->dead && process->job == &node;
      const bool listed = std::find(koids, koids + node.processes, process->process->koid()) != koids + node.processes;
      EXPECT_EQ(listed, member);
      EXPECT_EQ(static_cast<bool>(node.job->FindProcess(process->process->koid())), member);
      EXPECT_EQ((process->process->signals() & ZX_PROCESS_TERMINATED) != 0, process->dead);
    }
    EXPECT_EQ(node.job->ListChildren(koids), node.children);
    for (const auto& child : jobs_) {
      const bool member = !child->dead && child->parent == &node;
      EXPECT_EQ(static_cast<bool>(node.job->FindChild(child->job->koid())), member);
    }
  }

  std::vector<std::unique_ptr<JobNode>> jobs_;
  std::vector<std::unique_ptr<ProcessNode>> processes_;
  bool growing_ = false;
  uint64_t refused_for_height_ = 0;
};

TEST_F(JobTreeModel, LivesAndDiesAsTheTableSays) {
  RunSteps([&] {
    // Fewer are made the more there are; at times nothing is killed.
    if (OneIn(400)) growing_ = !growing_;
    const bool job_wanted = growing_ ? jobs_.size() < kManyJobs : jobs_.size() < Below(kManyJobs);
    const bool process_wanted = processes_.size() < Below(kManyProcesses);
    switch (Below(10)) {
      case 0:
      case 1:
      case 2:
        job_wanted ? CreateJob() : DropJob();
        break;
      case 3:
      case 4:
        process_wanted ? CreateProcess() : processes_.empty() ? void() : DropProcess();
        break;
      case 5:
        if (!processes_.empty()) KillProcess();
        break;
      case 6:
        if (!growing_) KillAnyJob();
        break;
      case 7:
        SetPolicy();
        break;
      case 8:
        if (!processes_.empty() && !growing_) SetCritical();
        break;
      default:
        CheckMembers(AnyJob());
    }
    for (int i = 0; i < 4; ++i) Check(AnyJob());
    if (!OneIn(16)) return;
    for (const auto& node : jobs_) Check(*node);
    Forget();
  });
  EXPECT_GT(refused_for_height_, 0u) << "the tree never got as high as it may";
}

}  // namespace
}  // namespace model
