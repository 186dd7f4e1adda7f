// SPDX-License-Identifier: BSD-2-Clause
// zx_job_* and killing jobs.
#include <lib/zx/event.h>
#include <lib/zx/job.h>
#include <zircon/syscalls/policy.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

zx::job MakeJob() {
  zx::job job;
  EXPECT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  return job;
}

zx_status_t SetPolicy(const zx::job& job, uint32_t option, uint32_t condition, uint32_t action,
                      uint32_t flags = ZX_POL_OVERRIDE_DENY) {
  const zx_policy_basic_v2_t policy = {condition, action, flags};
  return job.set_policy(option, ZX_JOB_POL_BASIC_V2, &policy, 1);
}

constexpr uint32_t kAbsolute = ZX_JOB_POL_ABSOLUTE;
constexpr uint32_t kRelative = ZX_JOB_POL_RELATIVE;

TEST(JOB_001, "a fresh job has the published rights and no children") {
  const zx::job job = MakeJob();
  EXPECT_EQ(target::RightsOf(job.get()), ZX_DEFAULT_JOB_RIGHTS);
  EXPECT_EQ(target::SignalsOf(job.get()) & ~ZX_JOB_NO_CHILDREN, ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES);
  EXPECT_EQ(target::Basic(job.get()).related_koid, target::KoidOf(zx_job_default()));
}

TEST(JOB_002, "options must be zero") {
  zx::job job;
  EXPECT_STATUS(zx::job::create(*zx::job::default_job(), 1, &job), ZX_ERR_INVALID_ARGS);
}

TEST(JOB_003, "creating needs MANAGE_JOB on the parent") {
  const zx::handle parent = target::Without(zx_job_default(), ZX_RIGHT_MANAGE_JOB | ZX_RIGHT_WRITE);
  zx_handle_t job = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_job_create(parent.get(), 0, &job), ZX_ERR_ACCESS_DENIED);
}

TEST(JOB_004, "the parent must be a job") {
  zx_handle_t job = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_job_create(zx_process_self(), 0, &job), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_job_create(ZX_HANDLE_INVALID, 0, &job), ZX_ERR_BAD_HANDLE);
}

TEST(JOB_005, "the tree of jobs has a height") {
  zx::job jobs[40];
  const zx::unowned_job root = zx::job::default_job();
  const zx::job* parent = &*root;
  size_t depth = 0;
  zx_status_t status = ZX_OK;
  for (; depth < 40; ++depth) {
    status = zx::job::create(*parent, 0, &jobs[depth]);
    if (status != ZX_OK) break;
    parent = &jobs[depth];
  }
  EXPECT_STATUS(status, ZX_ERR_OUT_OF_RANGE);
  EXPECT_LE(depth, 32u);
  EXPECT_GE(depth, 24u);
}

TEST(JOB_006, "children of a job are found and counted") {
  const zx::job parent = MakeJob();
  zx::job child;
  ASSERT_OK(zx::job::create(parent, 0, &child));
  EXPECT_FALSE(target::SignalsOf(parent.get()) & ZX_JOB_NO_JOBS);
  zx_koid_t koids[4] = {};
  size_t actual = 0;
  size_t avail = 0;
  ASSERT_OK(parent.get_info(ZX_INFO_JOB_CHILDREN, koids, sizeof(koids), &actual, &avail));
  EXPECT_EQ(actual, 1u);
  EXPECT_EQ(avail, 1u);
  EXPECT_EQ(koids[0], target::KoidOf(child.get()));
  zx::handle found;
  EXPECT_OK(parent.get_child(koids[0], ZX_RIGHT_SAME_RIGHTS, &found));
  EXPECT_EQ(target::KoidOf(found.get()), koids[0]);
  // A null buffer asks for the count only.
  EXPECT_OK(parent.get_info(ZX_INFO_JOB_CHILDREN, nullptr, 0, &actual, &avail));
  EXPECT_EQ(actual, 0u);
  EXPECT_EQ(avail, 1u);
}

TEST(JOB_007, "a job without handles and children goes away") {
  const zx::job parent = MakeJob();
  zx::job child;
  ASSERT_OK(zx::job::create(parent, 0, &child));
  child.reset();
  EXPECT_OK(parent.wait_one(ZX_JOB_NO_JOBS, zx::deadline_after(zx::sec(5)), nullptr));
}

TEST(JOB_010, "a killed job is terminated and takes no children") {
  const zx::job job = MakeJob();
  EXPECT_OK(job.kill());
  EXPECT_OK(job.wait_one(ZX_JOB_TERMINATED, zx::deadline_after(zx::sec(5)), nullptr));
  zx::job child;
  EXPECT_STATUS(zx::job::create(job, 0, &child), ZX_ERR_BAD_STATE);
  zx_info_job_t info = {};
  ASSERT_OK(job.get_info(ZX_INFO_JOB, &info, sizeof(info), nullptr, nullptr));
  EXPECT_TRUE(info.exited);
  EXPECT_EQ(info.return_code, ZX_TASK_RETCODE_SYSCALL_KILL);
}

TEST(JOB_011, "killing a job kills everything below it") {
  const zx::job top = MakeJob();
  zx::job bottom;
  ASSERT_OK(zx::job::create(top, 0, &bottom));
  target::Child child;
  ASSERT_OK(child.Create(bottom));
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_OK(top.kill());
  EXPECT_EQ(child.WaitForExit(), ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_OK(bottom.wait_one(ZX_JOB_TERMINATED, zx::deadline_after(zx::sec(5)), nullptr));
  EXPECT_OK(top.wait_one(ZX_JOB_TERMINATED, zx::deadline_after(zx::sec(5)), nullptr));
}

TEST(JOB_012, "killing needs the DESTROY right") {
  const zx::job job = MakeJob();
  const zx::handle harmless = target::Without(job.get(), ZX_RIGHT_DESTROY);
  EXPECT_STATUS(zx_task_kill(harmless.get()), ZX_ERR_ACCESS_DENIED);
}

TEST(JOB_013, "a living job reports that it lives") {
  zx_info_job_t info = {};
  ASSERT_OK(MakeJob().get_info(ZX_INFO_JOB, &info, sizeof(info), nullptr, nullptr));
  EXPECT_FALSE(info.exited);
  EXPECT_EQ(info.return_code, 0);
}

TEST(JOB_020, "a policy with bad arguments is refused") {
  const zx::job job = MakeJob();
  const zx_policy_basic_v2_t policy = {ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY};
  EXPECT_STATUS(job.set_policy(kAbsolute, ZX_JOB_POL_BASIC_V2, nullptr, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(job.set_policy(kAbsolute, ZX_JOB_POL_BASIC_V2, &policy, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(job.set_policy(kAbsolute, ZX_JOB_POL_BASIC_V2, &policy, 33), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(job.set_policy(7, ZX_JOB_POL_BASIC_V2, &policy, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(job.set_policy(kAbsolute, 99, &policy, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(SetPolicy(job, kAbsolute, 999, ZX_POL_ACTION_DENY), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(SetPolicy(job, kAbsolute, ZX_POL_NEW_VMO, 999), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(SetPolicy(job, kAbsolute, ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY, 9), ZX_ERR_INVALID_ARGS);
}

TEST(JOB_021, "a decided condition stays: ABSOLUTE fails, RELATIVE passes over") {
  const zx::job job = MakeJob();
  ASSERT_OK(SetPolicy(job, kAbsolute, ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY));
  EXPECT_STATUS(SetPolicy(job, kAbsolute, ZX_POL_NEW_VMO, ZX_POL_ACTION_ALLOW), ZX_ERR_ALREADY_EXISTS);
  EXPECT_OK(SetPolicy(job, kAbsolute, ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY));
  EXPECT_OK(SetPolicy(job, kRelative, ZX_POL_NEW_VMO, ZX_POL_ACTION_ALLOW));
}

TEST(JOB_022, "an overridable condition may be changed below") {
  const zx::job parent = MakeJob();
  ASSERT_OK(SetPolicy(parent, kAbsolute, ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_ALLOW));
  zx::job child;
  ASSERT_OK(zx::job::create(parent, 0, &child));
  EXPECT_OK(SetPolicy(child, kAbsolute, ZX_POL_NEW_VMO, ZX_POL_ACTION_ALLOW));
}

TEST(JOB_023, "a job with children takes no policy") {
  const zx::job parent = MakeJob();
  zx::job child;
  ASSERT_OK(zx::job::create(parent, 0, &child));
  EXPECT_STATUS(SetPolicy(parent, kAbsolute, ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY), ZX_ERR_BAD_STATE);
}

TEST(JOB_024, "a policy needs the SET_POLICY right") {
  const zx::job job = MakeJob();
  const zx::handle weak = target::Without(job.get(), ZX_RIGHT_SET_POLICY);
  const zx_policy_basic_v2_t policy = {ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY, 0};
  EXPECT_STATUS(zx_job_set_policy(weak.get(), kAbsolute, ZX_JOB_POL_BASIC_V2, &policy, 1), ZX_ERR_ACCESS_DENIED);
}

TEST(JOB_025, "timer slack: sane values, RELATIVE, one record") {
  const zx::job job = MakeJob();
  zx_policy_timer_slack_t slack = {ZX_USEC(50), ZX_TIMER_SLACK_LATE, {}};
  EXPECT_OK(job.set_policy(kRelative, ZX_JOB_POL_TIMER_SLACK, &slack, 1));
  EXPECT_STATUS(job.set_policy(kAbsolute, ZX_JOB_POL_TIMER_SLACK, &slack, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(job.set_policy(kRelative, ZX_JOB_POL_TIMER_SLACK, &slack, 2), ZX_ERR_INVALID_ARGS);
  slack.min_slack = -1;
  EXPECT_STATUS(job.set_policy(kRelative, ZX_JOB_POL_TIMER_SLACK, &slack, 1), ZX_ERR_INVALID_ARGS);
  slack = {0, 9, {}};
  EXPECT_STATUS(job.set_policy(kRelative, ZX_JOB_POL_TIMER_SLACK, &slack, 1), ZX_ERR_INVALID_ARGS);
}

// Starts a child in a job with one policy, lets it create an event, and tells what happened.
zx_status_t CreateEventUnderPolicy(uint32_t condition, uint32_t action, int64_t* exit_code) {
  const zx::job job = MakeJob();
  EXPECT_OK(SetPolicy(job, kAbsolute, condition, action));
  target::Child child;
  EXPECT_OK(child.Create(job));
  child.Call(zx_event_create, 0u, child.child_data());
  child.Call(zx_process_exit, 42);
  EXPECT_OK(child.Start(zx::handle()));
  *exit_code = child.WaitForExit();
  return child.result(0);
}

TEST(JOB_030, "a denied object is not made") {
  int64_t exit_code = 0;
  EXPECT_STATUS(CreateEventUnderPolicy(ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, &exit_code), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(exit_code, 42);
}

TEST(JOB_031, "NEW_ANY covers every new object") {
  int64_t exit_code = 0;
  EXPECT_STATUS(CreateEventUnderPolicy(ZX_POL_NEW_ANY, ZX_POL_ACTION_DENY, &exit_code), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(exit_code, 42);
}

TEST(JOB_032, "the action KILL ends the process") {
  int64_t exit_code = 0;
  CreateEventUnderPolicy(ZX_POL_NEW_EVENT, ZX_POL_ACTION_KILL, &exit_code);
  EXPECT_EQ(exit_code, ZX_TASK_RETCODE_POLICY_KILL);
}

TEST(JOB_033, "an exception nobody handles ends the process") {
  int64_t exit_code = 0;
  CreateEventUnderPolicy(ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY_EXCEPTION, &exit_code);
  EXPECT_EQ(exit_code, ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(JOB_034, "another condition does not touch events") {
  int64_t exit_code = 0;
  EXPECT_OK(CreateEventUnderPolicy(ZX_POL_NEW_PORT, ZX_POL_ACTION_DENY, &exit_code));
  EXPECT_EQ(exit_code, 42);
}

TEST(JOB_040, "a critical process takes its job along") {
  const zx::job job = MakeJob();
  target::Child child;
  ASSERT_OK(child.Create(job));
  ASSERT_OK(job.set_critical(0, child.process()));
  EXPECT_STATUS(job.set_critical(0, child.process()), ZX_ERR_ALREADY_BOUND);
  child.Call(zx_process_exit, 0);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_OK(job.wait_one(ZX_JOB_TERMINATED, zx::deadline_after(zx::sec(5)), nullptr));
  zx_info_job_t info = {};
  ASSERT_OK(job.get_info(ZX_INFO_JOB, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.return_code, ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL);
}

TEST(JOB_041, "RETCODE_NONZERO spares the job of a process that ends well") {
  const zx::job job = MakeJob();
  target::Child child;
  ASSERT_OK(child.Create(job));
  ASSERT_OK(job.set_critical(ZX_JOB_CRITICAL_PROCESS_RETCODE_NONZERO, child.process()));
  child.Call(zx_process_exit, 0);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), 0);
  EXPECT_FALSE(target::SignalsOf(job.get()) & ZX_JOB_TERMINATED);
}

TEST(JOB_042, "only an ancestor can depend on a process") {
  const zx::job job = MakeJob();
  const zx::job stranger = MakeJob();
  target::Child child;
  ASSERT_OK(child.Create(job));
  EXPECT_STATUS(stranger.set_critical(0, child.process()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(job.set_critical(2, child.process()), ZX_ERR_INVALID_ARGS);
}

TEST(JOB_014, "jobs below terminate before the one that is killed") {
  const zx::job top = MakeJob();
  zx::job middle;
  zx::job bottom;
  ASSERT_OK(zx::job::create(top, 0, &middle));
  ASSERT_OK(zx::job::create(middle, 0, &bottom));
  target::Child child;
  ASSERT_OK(child.Create(bottom));
  ASSERT_OK(child.Start(zx::handle()));
  ASSERT_OK(top.kill());
  ASSERT_OK(top.wait_one(ZX_JOB_TERMINATED, zx::deadline_after(zx::sec(5)), nullptr));
  EXPECT_TRUE(target::SignalsOf(middle.get()) & ZX_JOB_TERMINATED);
  EXPECT_TRUE(target::SignalsOf(bottom.get()) & ZX_JOB_TERMINATED);
}

TEST(JOB_026, "later entries of one call win, also over what the call itself decides") {
  const zx::job job = MakeJob();
  const zx_policy_basic_v1_t policy[] = {{ZX_POL_NEW_ANY, ZX_POL_ACTION_DENY},
                                         {ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW}};
  ASSERT_OK(job.set_policy(kAbsolute, ZX_JOB_POL_BASIC_V1, policy, 2));
  EXPECT_STATUS(SetPolicy(job, kAbsolute, ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY), ZX_ERR_ALREADY_EXISTS);
  EXPECT_STATUS(SetPolicy(job, kAbsolute, ZX_POL_NEW_VMO, ZX_POL_ACTION_ALLOW), ZX_ERR_ALREADY_EXISTS);
  target::Child child;
  ASSERT_OK(child.Create(job));
  child.Call(zx_event_create, 0u, child.child_data());
  child.Call(zx_port_create, 0u, child.child_data());
  child.Call(zx_process_exit, 42);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), 42);
  EXPECT_OK(child.result(0));
  EXPECT_STATUS(child.result(1), ZX_ERR_ACCESS_DENIED);
}

TEST(JOB_027, "a call takes at most as many entries as there are conditions") {
  const zx::job job = MakeJob();
  zx_policy_basic_v2_t policy[33] = {};
  for (zx_policy_basic_v2_t& entry : policy) entry = {ZX_POL_NEW_VMO, ZX_POL_ACTION_ALLOW, 0};
  EXPECT_OK(job.set_policy(kAbsolute, ZX_JOB_POL_BASIC_V2, policy, ZX_POL_MAX));
  EXPECT_STATUS(job.set_policy(kAbsolute, ZX_JOB_POL_BASIC_V2, policy, ZX_POL_MAX + 1), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(job.set_policy(kAbsolute, ZX_JOB_POL_BASIC_V2, policy, 32), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(job.set_policy(kAbsolute, ZX_JOB_POL_BASIC_V2, policy, 33), ZX_ERR_INVALID_ARGS);
}

TEST(JOB_028, "a failing entry leaves the policy as it was") {
  const zx::job job = MakeJob();
  const zx_policy_basic_v2_t policy[] = {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY},
                                         {ZX_POL_NEW_VMO, 999, ZX_POL_OVERRIDE_DENY}};
  EXPECT_STATUS(job.set_policy(kAbsolute, ZX_JOB_POL_BASIC_V2, policy, 2), ZX_ERR_NOT_SUPPORTED);
  EXPECT_OK(SetPolicy(job, kAbsolute, ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW));
}

TEST(JOB_029, "timer slack is for jobs without children") {
  const zx::job job = MakeJob();
  zx::job below;
  ASSERT_OK(zx::job::create(job, 0, &below));
  const zx_policy_timer_slack_t slack = {ZX_USEC(50), ZX_TIMER_SLACK_LATE, {}};
  EXPECT_STATUS(job.set_policy(kRelative, ZX_JOB_POL_TIMER_SLACK, &slack, 1), ZX_ERR_BAD_STATE);
}

// One offence against each condition, by a process that is given `handle`.
struct Offence {
  uint32_t condition;
  zx::handle (*handle)();
  void (*commit)(target::Child& child);
  zx_status_t when_allowed;
  zx_status_t when_denied;
};

zx::handle Nothing() { return zx::handle(); }
zx::handle AnEvent() {
  zx::handle event;
  zx_event_create(0, event.reset_and_get_address());
  return event;
}
zx::handle AVmo() {
  zx::handle vmo;
  zx_vmo_create(4096, 0, vmo.reset_and_get_address());
  return vmo;
}
zx::handle AJob() { return zx::handle(MakeJob().release()); }

const Offence kOffences[] = {
    {ZX_POL_BAD_HANDLE, Nothing, [](target::Child& child) { child.Call(zx_handle_close, 0xfff3u); },
     ZX_ERR_BAD_HANDLE, ZX_ERR_BAD_HANDLE},
    {ZX_POL_WRONG_OBJECT, AnEvent,
     [](target::Child& child) { child.Call(zx_timer_cancel, target::kStartHandle); }, ZX_ERR_WRONG_TYPE,
     ZX_ERR_WRONG_TYPE},
    {ZX_POL_NEW_VMO, Nothing,
     [](target::Child& child) { child.Call(zx_vmo_create, 4096u, 0u, child.child_data()); }, ZX_OK,
     ZX_ERR_ACCESS_DENIED},
    {ZX_POL_NEW_VMO, AVmo,
     [](target::Child& child) {
       child.Call(zx_vmo_create_child, target::kStartHandle, ZX_VMO_CHILD_SNAPSHOT, 0u, 4096u, child.child_data());
     },
     ZX_OK, ZX_ERR_ACCESS_DENIED},
    {ZX_POL_NEW_CHANNEL, Nothing,
     [](target::Child& child) {
       child.Call(zx_channel_create, 0u, child.child_data(), child.child_data() + 8);
     },
     ZX_OK, ZX_ERR_ACCESS_DENIED},
    {ZX_POL_NEW_EVENT, Nothing,
     [](target::Child& child) { child.Call(zx_event_create, 0u, child.child_data()); }, ZX_OK,
     ZX_ERR_ACCESS_DENIED},
    {ZX_POL_NEW_EVENTPAIR, Nothing,
     [](target::Child& child) {
       child.Call(zx_eventpair_create, 0u, child.child_data(), child.child_data() + 8);
     },
     ZX_OK, ZX_ERR_ACCESS_DENIED},
    {ZX_POL_NEW_PORT, Nothing,
     [](target::Child& child) { child.Call(zx_port_create, 0u, child.child_data()); }, ZX_OK,
     ZX_ERR_ACCESS_DENIED},
    {ZX_POL_NEW_TIMER, Nothing,
     [](target::Child& child) { child.Call(zx_timer_create, 0u, 0u, child.child_data()); }, ZX_OK,
     ZX_ERR_ACCESS_DENIED},
    {ZX_POL_NEW_PROCESS, AJob,
     [](target::Child& child) {
       child.Call(zx_process_create, target::kStartHandle, child.child_data(), 0u, 0u, child.child_data() + 8,
                  child.child_data() + 16);
     },
     ZX_OK, ZX_ERR_ACCESS_DENIED},
    {ZX_POL_AMBIENT_MARK_VMO_EXEC, AVmo,
     [](target::Child& child) {
       child.Call(zx_vmo_replace_as_executable, target::kStartHandle, 0u, child.child_data());
     },
     ZX_OK, ZX_ERR_ACCESS_DENIED},
};

// What the offender got, and how it ended.
zx_status_t Offend(const Offence& offence, uint32_t action, int64_t* exit_code) {
  const zx::job job = MakeJob();
  EXPECT_OK(SetPolicy(job, kAbsolute, offence.condition, action));
  target::Child child;
  EXPECT_OK(child.Create(job));
  offence.commit(child);
  child.Call(zx_process_exit, 42);
  EXPECT_OK(child.Start(offence.handle()));
  *exit_code = child.WaitForExit();
  return child.result(0);
}

TEST(JOB_035, "ALLOW allows, for each condition") {
  for (const Offence& offence : kOffences) {
    int64_t exit_code = 0;
    EXPECT_STATUS(Offend(offence, ZX_POL_ACTION_ALLOW, &exit_code), offence.when_allowed);
    EXPECT_EQ(exit_code, 42);
  }
}

TEST(JOB_036, "DENY denies, for each condition") {
  for (const Offence& offence : kOffences) {
    int64_t exit_code = 0;
    EXPECT_STATUS(Offend(offence, ZX_POL_ACTION_DENY, &exit_code), offence.when_denied);
    EXPECT_EQ(exit_code, 42);
  }
}

TEST(JOB_037, "KILL kills, for each condition") {
  for (const Offence& offence : kOffences) {
    int64_t exit_code = 0;
    Offend(offence, ZX_POL_ACTION_KILL, &exit_code);
    EXPECT_EQ(exit_code, ZX_TASK_RETCODE_POLICY_KILL);
  }
}

TEST(JOB_038, "an exception nobody handles ends the offender, for each condition") {
  for (const Offence& offence : kOffences) {
    for (const uint32_t action : {ZX_POL_ACTION_ALLOW_EXCEPTION, ZX_POL_ACTION_DENY_EXCEPTION}) {
      int64_t exit_code = 0;
      Offend(offence, action, &exit_code);
      EXPECT_EQ(exit_code, ZX_TASK_RETCODE_EXCEPTION_KILL);
    }
  }
}

TEST(JOB_039, "a process keeps the policy it was born with, a job hands its own down") {
  const zx::job parent = MakeJob();
  ASSERT_OK(SetPolicy(parent, kAbsolute, ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY));
  zx::job below;
  ASSERT_OK(zx::job::create(parent, 0, &below));
  EXPECT_STATUS(SetPolicy(below, kAbsolute, ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW), ZX_ERR_ALREADY_EXISTS);
  target::Child child;
  ASSERT_OK(child.Create(below));
  child.Call(zx_event_create, 0u, child.child_data());
  child.Call(zx_process_exit, 42);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), 42);
  EXPECT_STATUS(child.result(0), ZX_ERR_ACCESS_DENIED);
}

TEST(JOB_043, "set_critical needs DESTROY on the job and WAIT on the process") {
  const zx::job job = MakeJob();
  target::Child child;
  ASSERT_OK(child.Create(job));
  const zx::handle harmless = target::Without(job.get(), ZX_RIGHT_DESTROY);
  const zx::handle deaf = target::Without(child.process().get(), ZX_RIGHT_WAIT);
  const zx_handle_t process = child.process().get();
  EXPECT_STATUS(zx_job_set_critical(harmless.get(), 0, process), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_job_set_critical(job.get(), 0, deaf.get()), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_job_set_critical(process, 0, process), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_job_set_critical(job.get(), 0, job.get()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_job_set_critical(target::ClosedHandle(), 0, process), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_job_set_critical(job.get(), 0, target::ClosedHandle()), ZX_ERR_BAD_HANDLE);
}

TEST(JOB_044, "a job further up may depend on a process, and takes all below it along") {
  const zx::job top = MakeJob();
  zx::job left;
  zx::job right;
  ASSERT_OK(zx::job::create(top, 0, &left));
  ASSERT_OK(zx::job::create(top, 0, &right));
  target::Child critical;
  target::Child other;
  ASSERT_OK(critical.Create(left));
  ASSERT_OK(other.Create(right));
  ASSERT_OK(top.set_critical(ZX_JOB_CRITICAL_PROCESS_RETCODE_NONZERO, critical.process()));
  ASSERT_OK(critical.Start(zx::handle()));
  ASSERT_OK(other.Start(zx::handle()));
  ASSERT_OK(critical.process().kill());
  EXPECT_EQ(other.WaitForExit(), ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL);
  EXPECT_EQ(critical.WaitForExit(), ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_OK(top.wait_one(ZX_JOB_TERMINATED, zx::deadline_after(zx::sec(5)), nullptr));
}

TEST(JOB_050, "get_child finds direct children only, with rights of the job's handle") {
  const zx::job top = MakeJob();
  zx::job below;
  ASSERT_OK(zx::job::create(top, 0, &below));
  target::Child child;
  ASSERT_OK(child.Create(below));
  const zx_koid_t koid = target::KoidOf(child.process().get());
  zx::handle found;
  EXPECT_STATUS(top.get_child(koid, ZX_RIGHT_SAME_RIGHTS, &found), ZX_ERR_NOT_FOUND);
  EXPECT_STATUS(below.get_child(target::KoidOf(below.get()), ZX_RIGHT_SAME_RIGHTS, &found), ZX_ERR_NOT_FOUND);
  EXPECT_STATUS(below.get_child(koid, ZX_RIGHT_EXECUTE, &found), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_object_get_child(below.get(), koid, ZX_RIGHT_SAME_RIGHTS, nullptr), ZX_ERR_INVALID_ARGS);
  const zx::handle blind = target::Without(below.get(), ZX_RIGHT_ENUMERATE);
  EXPECT_STATUS(blind.get_child(koid, ZX_RIGHT_SAME_RIGHTS, &found), ZX_ERR_ACCESS_DENIED);
  ASSERT_OK(below.get_child(koid, ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT, &found));
  EXPECT_EQ(target::RightsOf(found.get()), ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT);
  EXPECT_EQ(target::Basic(found.get()).type, ZX_OBJ_TYPE_PROCESS);
}

TEST(JOB_051, "KILL_ON_OOM is 0 or 1") {
  const zx::job job = MakeJob();
  uint64_t value = 7;
  ASSERT_OK(job.get_property(ZX_PROP_JOB_KILL_ON_OOM, &value, sizeof(value)));
  EXPECT_EQ(value, 0u);
  value = 1;
  ASSERT_OK(job.set_property(ZX_PROP_JOB_KILL_ON_OOM, &value, sizeof(value)));
  zx_info_job_t info = {};
  ASSERT_OK(job.get_info(ZX_INFO_JOB, &info, sizeof(info), nullptr, nullptr));
  EXPECT_TRUE(info.kill_on_oom);
  value = 2;
  EXPECT_STATUS(job.set_property(ZX_PROP_JOB_KILL_ON_OOM, &value, sizeof(value)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(job.set_property(ZX_PROP_JOB_KILL_ON_OOM, &value, 4), ZX_ERR_BUFFER_TOO_SMALL);
}

TEST(JOB_052, "TASK_RUNTIME of a job counts its processes, also those that have ended") {
  const zx::job job = MakeJob();
  zx_info_task_runtime_t runtime = {};
  ASSERT_OK(job.get_info(ZX_INFO_TASK_RUNTIME, &runtime, sizeof(runtime), nullptr, nullptr));
  EXPECT_EQ(runtime.cpu_time, 0);
  target::Child child;
  ASSERT_OK(child.Create(job));
  child.Call(&zx_process_exit, 7);
  ASSERT_OK(child.Start({}));
  ASSERT_EQ(child.WaitForExit(), 7);

  zx_info_task_runtime_t of_process = {};
  ASSERT_OK(child.process().get_info(ZX_INFO_TASK_RUNTIME, &of_process, sizeof(of_process), nullptr, nullptr));
  EXPECT_TRUE(of_process.cpu_time > 0);
  ASSERT_OK(job.get_info(ZX_INFO_TASK_RUNTIME, &runtime, sizeof(runtime), nullptr, nullptr));
  EXPECT_EQ(runtime.cpu_time, of_process.cpu_time);
  EXPECT_STATUS(zx_object_get_info(zx_job_default(), ZX_INFO_TASK_RUNTIME, &runtime, 4, nullptr, nullptr),
                ZX_ERR_BUFFER_TOO_SMALL);
}

TEST(JOB_045, "only jobs have policies") {
  const zx_policy_basic_v2_t policy = {ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY, 0};
  EXPECT_STATUS(zx_job_set_policy(target::ClosedHandle(), kAbsolute, ZX_JOB_POL_BASIC_V2, &policy, 1),
                ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_job_set_policy(zx_process_self(), kAbsolute, ZX_JOB_POL_BASIC_V2, &policy, 1), ZX_ERR_WRONG_TYPE);
}

}  // namespace
