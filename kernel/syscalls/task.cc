// SPDX-License-Identifier: BSD-2-Clause
// zx_task_*: calls on jobs, processes and threads alike.
#include "kernel/object/job.h"
#include "kernel/object/process.h"
#include "kernel/object/thread.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {

base::Result<> sys_task_kill(Handle handle) {
  // Type before rights: the right alone does not say what may be killed.
  const auto found = TRY(Process::Current().handles().GetWithRights<Object>(handle.value, ZX_RIGHT_NONE));
  const ObjectType type = found.object->type();
  if (type != ObjectType::kJob && type != ObjectType::kProcess && type != ObjectType::kThread) {
    return base::Error(ZX_ERR_WRONG_TYPE);
  }
  if ((found.rights & ZX_RIGHT_DESTROY) == 0) return base::Error(ZX_ERR_ACCESS_DENIED);
  if (type == ObjectType::kThread) return base::Error(ZX_ERR_NOT_SUPPORTED);
  if (type == ObjectType::kJob) {
    static_cast<Job&>(*found.object).Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
  } else {
    static_cast<Process&>(*found.object).Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
  }
  return {};
}

}  // namespace kernel
