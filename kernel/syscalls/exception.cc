// SPDX-License-Identifier: BSD-2-Clause
// zx_task_create_exception_channel, zx_exception_* and zx_thread_raise_exception.
#include "kernel/object/exception.h"

#include <zircon/syscalls/exception.h>

#include "kernel/object/exception_channel.h"
#include "kernel/object/job.h"
#include "kernel/object/process.h"
#include "kernel/object/thread.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

// What whoever hears of a task's exceptions must be able to do with the task, since handles come along.
base::Result<zx_rights_t> RightsToListen(ObjectType type) {
  constexpr zx_rights_t kThread =
      ZX_RIGHT_INSPECT | ZX_RIGHT_DUPLICATE | ZX_RIGHT_TRANSFER | ZX_RIGHT_MANAGE_THREAD;
  switch (type) {
    case ObjectType::kThread:
      return kThread;
    case ObjectType::kProcess:
    case ObjectType::kJob:
      return kThread | ZX_RIGHT_ENUMERATE;
    default:
      return base::Error(ZX_ERR_WRONG_TYPE);
  }
}

base::Result<base::RefPtr<Channel>> OpenExceptionChannel(Object& task, uint32_t options, zx_rights_t rights) {
  const bool debugger = options == ZX_EXCEPTION_CHANNEL_DEBUGGER;
  if (task.type() == ObjectType::kThread) {
    if (debugger) return base::Error(ZX_ERR_INVALID_ARGS);
    return static_cast<Thread&>(task).exception_channel().Open(rights);
  }
  if (task.type() == ObjectType::kProcess) {
    auto& process = static_cast<Process&>(task);
    return (debugger ? process.debugger_channel() : process.exception_channel()).Open(rights);
  }
  auto& job = static_cast<Job&>(task);
  return debugger ? job.debuggers().Open(rights) : job.exception_channel().Open(rights);
}

}  // namespace

base::Result<> sys_task_create_exception_channel(Handle handle, uint32_t options,
                                                 UserOut<zx_handle_t> out) {
  if ((options & ~ZX_EXCEPTION_CHANNEL_DEBUGGER) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_CHANNEL));

  // Type before rights: they depend on it.
  const auto found = TRY(CallerHandles().GetWithRights<Object>(handle.value, ZX_RIGHT_NONE));
  const zx_rights_t needed = TRY(RightsToListen(found.object->type()));
  if ((found.rights & needed) != needed) return base::Error(ZX_ERR_ACCESS_DENIED);
  auto reader = TRY(OpenExceptionChannel(*found.object, options, found.rights));
  return Publish(std::move(reader), ZX_EXCEPTION_CHANNEL_RIGHTS, out);
}

base::Result<> sys_exception_get_thread(Handle handle, UserOut<zx_handle_t> out) {
  const auto exception = TRY(GetObject<Exception>(handle, ZX_RIGHT_NONE));
  return Publish(exception->thread(), exception->thread_rights(), out);
}

base::Result<> sys_exception_get_process(Handle handle, UserOut<zx_handle_t> out) {
  const auto exception = TRY(GetObject<Exception>(handle, ZX_RIGHT_NONE));
  if (exception->process_rights() == ZX_RIGHT_NONE) return base::Error(ZX_ERR_ACCESS_DENIED);
  return Publish(base::RefPtr<Process>(&exception->thread()->process()), exception->process_rights(), out);
}

base::Result<> sys_thread_raise_exception(uint32_t options, uint32_t type,
                                          UserIn<zx_exception_context_t> context) {
  if (options != ZX_EXCEPTION_TARGET_JOB_DEBUGGER || type != ZX_EXCP_USER) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  const zx_exception_context_t said = TRY(context.Read());
  Thread::Current().RaiseUserException(said.synth_code, said.synth_data);
  return {};
}

}  // namespace kernel
