// SPDX-License-Identifier: BSD-2-Clause
// zx_process_*.
#include "kernel/object/process.h"

#include "kernel/syscalls/syscalls.h"
#include "kernel/syscalls/user_name.h"
#include "kernel/vm/vmar.h"

namespace kernel {

base::Result<> sys_process_create(Handle job, UserIn<char> name, size_t name_size, uint32_t options,
                                  UserOut<zx_handle_t> proc_handle, UserOut<zx_handle_t> vmar_handle) {
  if ((options & ~ZX_PROCESS_SHARED) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  // An address space whose halves can be shared needs restricted mode, which is out of scope.
  if (options != 0) return base::Error(ZX_ERR_NOT_SUPPORTED);
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_PROCESS));

  const UserName text = TRY(UserName::Read(name, name_size));
  HandleTable& handles = Process::Current().handles();
  auto found_job = TRY(handles.Get<Job>(job.value, ZX_RIGHT_MANAGE_PROCESS));
  auto process = TRY(Process::Create(std::move(found_job), text.view()));
  auto root = process->address_space().root_ref();
  // Somebody has killed the job since.
  if (!root) return base::Error(ZX_ERR_BAD_STATE);
  auto new_process = TRY(handles.Reserve(std::move(process), Process::kDefaultRights));
  auto new_vmar = TRY(handles.Reserve(std::move(root), Vmar::kDefaultRights | ZX_RIGHTS_IO | ZX_RIGHT_EXECUTE));
  TRY(proc_handle.Write(new_process.value()));
  TRY(vmar_handle.Write(new_vmar.value()));

  std::move(new_process).Commit();
  std::move(new_vmar).Commit();
  return {};
}

base::Result<> sys_process_start(Handle handle, Handle thread, zx_vaddr_t entry, zx_vaddr_t stack,
                                 Handle arg1, uintptr_t arg2) {
  HandleTable& handles = Process::Current().handles();
  // Gone from here in any case, as the call promises.
  HandleEntry argument;
  if (arg1.value != ZX_HANDLE_INVALID) {
    argument = TRY(handles.Remove(arg1.value));
    if ((argument.rights() & ZX_RIGHT_TRANSFER) == 0) return base::Error(ZX_ERR_ACCESS_DENIED);
  }
  auto process = TRY(handles.Get<Process>(handle.value, ZX_RIGHT_WRITE));
  auto first = TRY(handles.Get<Thread>(thread.value, ZX_RIGHT_WRITE));
  if (&first->process() != process.get()) return base::Error(ZX_ERR_ACCESS_DENIED);
  if (!arch::IsValidUserPc(entry)) return base::Error(ZX_ERR_INVALID_ARGS);
  return process->Start(*first, {.pc = entry, .sp = stack, .arg1 = 0, .arg2 = arg2}, std::move(argument));
}

void sys_process_exit(int64_t retcode) {
  // The current thread dies on its way back to user mode.
  Process::Current().Kill(retcode);
}

}  // namespace kernel
