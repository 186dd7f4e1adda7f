// SPDX-License-Identifier: BSD-2-Clause
// zx_thread_*.
#include "kernel/object/thread.h"

#include "kernel/object/process.h"
#include "kernel/sched/run_queue.h"
#include "kernel/syscalls/syscalls.h"
#include "kernel/syscalls/user_name.h"

namespace kernel {
namespace {

// The end of a thread that has let go of the memory it ran on.
[[noreturn]] void CloseAndExit(Handle handle) {
  const base::Result<> closed = sys_handle_close(handle);
  if (!closed) (void)FinishFailedCall(closed.error());
  Thread::ExitGracefully();
}

}  // namespace

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

void sys_thread_exit() { Thread::ExitGracefully(); }

base::Result<> sys_vmar_unmap_handle_close_thread_exit(Handle vmar_handle, zx_vaddr_t addr, size_t size,
                                                       Handle close_handle) {
  TRY(sys_vmar_unmap(vmar_handle, addr, size));
  CloseAndExit(close_handle);
}

// The vDSO has stored the new value.
void sys_futex_wake_handle_close_thread_exit_via_kernel(UserIn<zx_futex_t> value_ptr, uint32_t wake_count,
                                                        int32_t, Handle close_handle) {
  // Nobody is left to hear of an error.
  (void)sys_futex_wake(value_ptr, wake_count);
  CloseAndExit(close_handle);
}

base::Result<> sys_thread_legacy_yield(uint32_t options) {
  if (options != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  sched::RunQueue::YieldCurrent();
  return {};
}

}  // namespace kernel
