// SPDX-License-Identifier: BSD-2-Clause
// zx_job_*.
#include "kernel/object/job.h"

#include <array>

#include "kernel/object/process.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

// What the sheet of the call allows in one go, before ZX_POL_MAX is looked at.
constexpr uint32_t kMaxPolicyCount = 32;

base::Result<> SetBasicPolicy(Job& job, JobPolicy::Conflict conflict, uint32_t topic, UserIn<void> policy,
                              uint32_t count) {
  if (count > kMaxPolicyCount) return base::Error(ZX_ERR_INVALID_ARGS);
  if (count > ZX_POL_MAX) return base::Error(ZX_ERR_OUT_OF_RANGE);
  std::array<zx_policy_basic_v2_t, ZX_POL_MAX> changes;
  const std::span used(changes.data(), count);
  if (topic == ZX_JOB_POL_BASIC_V2) {
    TRY(policy.As<zx_policy_basic_v2_t>().ReadAll(used));
  } else {
    std::array<zx_policy_basic_v1_t, ZX_POL_MAX> old;
    TRY(policy.As<zx_policy_basic_v1_t>().ReadAll(std::span(old.data(), count)));
    for (uint32_t i = 0; i < count; ++i) {
      changes[i] = {old[i].condition, old[i].policy, ZX_POL_OVERRIDE_DENY};
    }
  }
  return job.SetPolicy(conflict, used);
}

base::Result<> SetTimerSlack(Job& job, uint32_t options, UserIn<void> policy, uint32_t count) {
  if (options != ZX_JOB_POL_RELATIVE || count != 1) return base::Error(ZX_ERR_INVALID_ARGS);
  return job.SetTimerSlack(TRY(policy.As<zx_policy_timer_slack_t>().Read()));
}

}  // namespace

base::Result<> sys_job_create(Handle parent_job, uint32_t options, UserOut<zx_handle_t> out) {
  if (options != 0) return base::Error(ZX_ERR_INVALID_ARGS);

  HandleTable& handles = Process::Current().handles();
  auto parent = TRY(handles.Get<Job>(parent_job.value, ZX_RIGHT_MANAGE_JOB));
  auto job = TRY(Job::Create(std::move(parent)));
  auto handle = TRY(handles.Reserve(std::move(job), Job::kDefaultRights));
  TRY(out.Write(handle.value()));

  std::move(handle).Commit();
  return {};
}

base::Result<> sys_job_set_policy(Handle handle, uint32_t options, uint32_t topic, UserIn<void> policy,
                                  uint32_t policy_size) {
  if (policy.is_null() || policy_size == 0) return base::Error(ZX_ERR_INVALID_ARGS);
  if (options != ZX_JOB_POL_RELATIVE && options != ZX_JOB_POL_ABSOLUTE) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  auto job = TRY(Process::Current().handles().Get<Job>(handle.value, ZX_RIGHT_SET_POLICY));
  switch (topic) {
    case ZX_JOB_POL_BASIC_V1:
    case ZX_JOB_POL_BASIC_V2: {
      using Conflict = JobPolicy::Conflict;
      const Conflict conflict = options == ZX_JOB_POL_RELATIVE ? Conflict::kSkip : Conflict::kFail;
      return SetBasicPolicy(*job, conflict, topic, policy, policy_size);
    }
    case ZX_JOB_POL_TIMER_SLACK:
      return SetTimerSlack(*job, options, policy, policy_size);
    default:
      return base::Error(ZX_ERR_INVALID_ARGS);
  }
}

base::Result<> sys_job_set_critical(Handle job, uint32_t options, Handle process) {
  if ((options & ~ZX_JOB_CRITICAL_PROCESS_RETCODE_NONZERO) != 0) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  HandleTable& handles = Process::Current().handles();
  auto found_job = TRY(handles.Get<Job>(job.value, ZX_RIGHT_DESTROY));
  auto found_process = TRY(handles.Get<Process>(process.value, ZX_RIGHT_WAIT));
  return found_job->SetCriticalFor(*found_process, options != 0 ? Job::CriticalOn::kNonZeroReturnCode
                                                                : Job::CriticalOn::kAnyEnd);
}

}  // namespace kernel
