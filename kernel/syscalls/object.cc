// SPDX-License-Identifier: BSD-2-Clause
// zx_object_signal, _signal_peer and _get_child.
#include "kernel/object/object.h"

#include "kernel/object/channel.h"
#include "kernel/object/event_pair.h"
#include "kernel/object/job.h"
#include "kernel/object/socket.h"
#include "kernel/object/thread.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

// Errors: ZX_ERR_NOT_SUPPORTED, ZX_ERR_INVALID_ARGS bits users may not change.
zx_status_t CheckSignals(const Object& object, zx_signals_t clear, zx_signals_t set) {
  const zx_signals_t settable = object.settable_signals();
  if (((clear | set) & ~settable) == 0 && settable != 0) [[likely]] return ZX_OK;
  return settable == 0 ? ZX_ERR_NOT_SUPPORTED : ZX_ERR_INVALID_ARGS;
}

}  // namespace

base::Result<> sys_object_signal(Handle handle, uint32_t clear_mask, uint32_t set_mask) {
  return base::FromStatus(
      CallerHandles().With<Object>(handle.value, ZX_RIGHT_SIGNAL, [&](Object& object) {
        const zx_status_t status = CheckSignals(object, clear_mask, set_mask);
        if (status == ZX_OK) [[likely]] object.UpdateSignals(clear_mask, set_mask);
        return status;
      }));
}

base::Result<> sys_object_signal_peer(Handle handle, uint32_t clear_mask, uint32_t set_mask) {
  const base::RefPtr<Object> object = TRY(GetObject<Object>(handle, ZX_RIGHT_SIGNAL_PEER));
  // Both ends are of one type, so what this one allows holds for the other.
  switch (object->type()) {
    case ObjectType::kChannel:
      TRY(base::FromStatus(CheckSignals(*object, clear_mask, set_mask)));
      return static_cast<Channel&>(*object).SignalPeer(clear_mask, set_mask);
    case ObjectType::kEventPair:
      TRY(base::FromStatus(CheckSignals(*object, clear_mask, set_mask)));
      return static_cast<EventPair&>(*object).SignalPeer(clear_mask, set_mask);
    case ObjectType::kSocket:
      TRY(base::FromStatus(CheckSignals(*object, clear_mask, set_mask)));
      return static_cast<Socket&>(*object).SignalPeer(clear_mask, set_mask);
    default:
      return base::Error(ZX_ERR_NOT_SUPPORTED);
  }
}

base::Result<> sys_object_get_child(Handle handle, uint64_t koid, zx_rights_t rights,
                                    UserOut<zx_handle_t> out) {
  const auto parent = TRY(CallerHandles().GetWithRights<Object>(handle.value, 0));
  const ObjectType type = parent.object->type();
  if (type != ObjectType::kJob && type != ObjectType::kProcess) return base::Error(ZX_ERR_WRONG_TYPE);
  if ((parent.rights & ZX_RIGHT_ENUMERATE) == 0) return base::Error(ZX_ERR_ACCESS_DENIED);
  if (rights == ZX_RIGHT_SAME_RIGHTS) rights = parent.rights;
  if ((rights & ~parent.rights) != 0) return base::Error(ZX_ERR_ACCESS_DENIED);

  base::RefPtr<Object> child;
  if (type == ObjectType::kJob) {
    Job& job = static_cast<Job&>(*parent.object);
    child = job.FindChild(koid);
    if (!child) child = job.FindProcess(koid);
  } else {
    child = static_cast<Process&>(*parent.object).FindThread(koid);
  }
  if (!child) return base::Error(ZX_ERR_NOT_FOUND);
  return Publish(std::move(child), rights, out);
}

}  // namespace kernel
