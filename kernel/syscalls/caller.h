// SPDX-License-Identifier: BSD-2-Clause
// What bodies of system calls need again and again.
#pragma once

#include <zircon/syscalls/policy.h>
#include <zircon/syscalls/resource.h>

#include "kernel/object/handle_table.h"
#include "kernel/object/process.h"
#include "kernel/syscalls/user_pointer.h"
#include "kernel/time/deadline.h"

namespace kernel {

// A deadline given to a blocking call, with the slack the caller's job asks for.
inline Deadline CallerDeadline(zx_instant_mono_t when) {
  if (when == ZX_TIME_INFINITE) return when;
  return Deadline(when, Process::Current().policy().timer_slack());
}

// The handles of the process that makes the call.
inline HandleTable& CallerHandles() { return Process::Current().handles(); }

// A looked-up argument. Errors: ZX_ERR_BAD_HANDLE, ZX_ERR_WRONG_TYPE, ZX_ERR_ACCESS_DENIED; the thunk
// consults the job policy about the first two.
template <class T>
base::Result<base::RefPtr<T>> GetObject(Handle handle, zx_rights_t rights) {
  return CallerHandles().Get<T>(handle.value, rights);
}

// Closes a handle that the caller could not be told.
[[gnu::cold, gnu::noinline]] void TakeBack(zx_handle_t handle);

// Tells the caller a handle that is valid already. Another thread that guesses the value early harms
// only its own process. Errors: ZX_ERR_INVALID_ARGS; then the handle is closed.
inline base::Result<> Publish(zx_handle_t handle, UserOut<zx_handle_t> out) {
  base::Result<> written = out.Write(handle);
  if (!written) [[unlikely]] TakeBack(handle);
  return written;
}
// The same with a value that is not valid before it has been told.
inline base::Result<> Publish(HandleTable::Reservation reservation, UserOut<zx_handle_t> out) {
  TRY(out.Write(reservation.value()));
  std::move(reservation).Commit();
  return {};
}
// A new object's first handle.
inline base::Result<> Publish(base::RefPtr<Object> object, zx_rights_t rights,
                              UserOut<zx_handle_t> out) {
  return Publish(TRY(CallerHandles().Add(std::move(object), rights)), out);
}
// The first handles of two ends. Errors: ZX_ERR_INVALID_ARGS; then both are closed.
base::Result<> PublishPair(base::RefPtr<Object> first, base::RefPtr<Object> second, zx_rights_t rights,
                           UserOut<zx_handle_t> out0, UserOut<zx_handle_t> out1);

// Called once per portion of work whose amount the caller chooses: takes interrupts and lets others
// run. No locks may be held. Errors: sched::kParkKilled the thread is to die; the work may be left.
base::Result<> Breathe();

// A resource that covers one of ZX_RSRC_SYSTEM_*_BASE.
// Errors: also ZX_ERR_WRONG_TYPE another kind of resource, ZX_ERR_OUT_OF_RANGE another base.
base::Result<> RequireSystemResource(Handle resource, zx_rsrc_system_base_t base);

}  // namespace kernel
