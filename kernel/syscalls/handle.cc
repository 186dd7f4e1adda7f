// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <atomic>

#include <arch/context.h>
#include <arch/cpu.h>

#include "kernel/object/exception.h"
#include "kernel/sched/task.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {

void TakeBack(zx_handle_t handle) { CallerHandles().Close(handle); }

base::Result<> PublishPair(base::RefPtr<Object> first, base::RefPtr<Object> second, zx_rights_t rights,
                           UserOut<zx_handle_t> out0, UserOut<zx_handle_t> out1) {
  HandleTable& table = CallerHandles();
  HandleEntry entries[] = {HandleEntry(std::move(first), rights), HandleEntry(std::move(second), rights)};
  zx_handle_t values[2];
  TRY(table.AddAll(entries, values));
  base::Result<> written = out0.Write(values[0]);
  if (written) [[likely]] written = out1.Write(values[1]);
  if (!written) [[unlikely]] {
    for (zx_handle_t value : values) TakeBack(value);
  }
  return written;
}

base::Result<> Breathe() {
  arch::ServiceInterrupts();
  std::atomic<uint32_t>& pending = arch::Context::Current().pending;
  if (pending.load(std::memory_order_relaxed) == 0) return {};
  if (sched::Task::Current().killed()) return base::Error(sched::kParkKilled);
  pending.fetch_and(~arch::Context::kPreempt, std::memory_order_relaxed);
  sched::Task::Yield();
  return {};
}

base::Result<> sys_handle_close(Handle handle) {
  if (handle.value == ZX_HANDLE_INVALID) return {};
  return base::FromStatus(CallerHandles().Close(handle.value, [](Object* object) {
    if (object->type() == ObjectType::kException) [[unlikely]] return Exception::Reap(object);
    Reaper::Reap(object);
  }));
}

base::Result<> sys_handle_close_many(UserIn<zx_handle_t> handles, size_t num_handles) {
  // In portions: the count has no limit, the stack has.
  constexpr size_t kPortion = 64;
  zx_status_t status = ZX_OK;
  for (size_t done = 0; done < num_handles;) {
    [[clang::uninitialized]] zx_handle_t values[kPortion];
    const size_t count = std::min(kPortion, num_handles - done);
    TRY(handles.At(done).ReadAll({values, count}));
    for (size_t i = 0; i < count; ++i) {
      if (values[i] == ZX_HANDLE_INVALID) continue;
      if (CallerHandles().Close(values[i]) != ZX_OK) status = ZX_ERR_BAD_HANDLE;
    }
    done += count;
    if (done < num_handles) TRY(Breathe());
  }
  return base::FromStatus(status);
}

base::Result<> sys_handle_duplicate(Handle handle, zx_rights_t rights, UserOut<zx_handle_t> out) {
  return Publish(TRY(CallerHandles().Duplicate(handle.value, rights)), out);
}

base::Result<> sys_handle_replace(Handle handle, zx_rights_t rights, UserOut<zx_handle_t> out) {
  return Publish(TRY(CallerHandles().Replace(handle.value, rights)), out);
}

base::Result<> sys_handle_check_valid(Handle handle) {
  if (!CallerHandles().IsValid(handle.value)) return base::Error(kQuietBadHandle);
  return {};
}

}  // namespace kernel
