// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/task.h>
#include <zircon/process.h>
#include <zircon/syscalls/policy.h>

namespace zx {

// A group of processes and jobs with limits and policies.
class job final : public task<job> {
 public:
  ZX_TASK_WRAPPER(job, ZX_OBJ_TYPE_JOB)

  static zx_status_t create(const job& parent, uint32_t options, job* result) {
    zx_handle_t handle = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_job_create(parent.get(), options, &handle);
    result->reset(handle);
    return status;
  }
  zx_status_t set_policy(uint32_t options, uint32_t topic, const void* policy, uint32_t count) const {
    return zx_job_set_policy(get(), options, topic, policy, count);
  }
  zx_status_t set_critical(uint32_t options, const object_base& process) const {
    return zx_job_set_critical(get(), options, process.get());
  }
  // The job this process was given; owned by the runtime.
  static unowned<job> default_job() { return unowned<job>(zx_job_default()); }
};
using unowned_job = unowned<job>;

}  // namespace zx
