// SPDX-License-Identifier: BSD-2-Clause
// zx_thread_*.
#include "kernel/object/thread.h"

#include "kernel/object/process.h"
#include "kernel/syscalls/syscalls.h"
#include "kernel/syscalls/user_name.h"

namespace kernel {

base::Result<> sys_thread_create(Handle process, UserIn<char> name, size_t name_size, uint32_t options,
                                 UserOut<zx_handle_t> out) {
  if (options != 0) return base::Error(ZX_ERR_INVALID_ARGS);

  const UserName text = TRY(UserName::Read(name, name_size));
  HandleTable& handles = Process::Current().handles();
  auto owner = TRY(handles.Get<Process>(process.value, ZX_RIGHT_MANAGE_THREAD));
  auto thread = TRY(Thread::Create(std::move(owner), text.view()));
  auto handle = TRY(handles.Reserve(std::move(thread), Thread::kDefaultRights));
  TRY(out.Write(handle.value()));

  std::move(handle).Commit();
  return {};
}

base::Result<> sys_thread_start(Handle handle, zx_vaddr_t thread_entry, zx_vaddr_t stack, uintptr_t arg1,
                                uintptr_t arg2) {
  auto thread = TRY(Process::Current().handles().Get<Thread>(handle.value, ZX_RIGHT_MANAGE_THREAD));
  if (!arch::IsValidUserPc(thread_entry)) return base::Error(ZX_ERR_INVALID_ARGS);
  return thread->Start({.pc = thread_entry, .sp = stack, .arg1 = arg1, .arg2 = arg2});
}

void sys_thread_exit() { Thread::ExitCurrent(); }

base::Result<> sys_thread_legacy_yield(uint32_t options) {
  if (options != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  sched::Task::Yield();
  return {};
}

}  // namespace kernel
