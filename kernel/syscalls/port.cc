// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/port.h"

#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/object.h>

#include "kernel/object/thread.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

base::Result<> WaitForPacket(Handle handle, zx_instant_mono_t deadline, UserOut<zx_port_packet_t> packet) {
  const base::RefPtr<Port> port = TRY(GetObject<Port>(handle, ZX_RIGHT_READ));
  const BlockedScope blocked(ZX_THREAD_STATE_BLOCKED_PORT);
  const zx_port_packet_t received = TRY(port->Wait(CallerDeadline(deadline)));
  return packet.WriteOptional(received);
}

}  // namespace

base::Result<> sys_port_create(uint32_t options, UserOut<zx_handle_t> out) {
  if ((options & ~ZX_PORT_BIND_TO_INTERRUPT) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_PORT));

  return Publish(TRY(Port::Create()), Port::kDefaultRights, out);
}

base::Result<> sys_port_queue(Handle handle, UserIn<zx_port_packet_t> packet) {
  [[clang::uninitialized]] zx_port_packet_t copy;
  TRY(packet.ReadBytes(&copy, sizeof(copy)));
  PortPacket* queued = TRY(Port::CreatePacket(copy));
  const zx_status_t status = CallerHandles().With<Port>(
      handle.value, ZX_RIGHT_WRITE, [&](Port& port) { return port.Queue(*queued); });
  if (status == ZX_OK) [[likely]] return {};
  delete queued;
  if (status == ZX_ERR_SHOULD_WAIT) {
    Process::Current().RaisePolicyException(ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_PACKETS, 0);
  }
  return base::Error(status);
}

base::Result<> sys_port_wait(Handle handle, zx_instant_mono_t deadline,
                             UserOut<zx_port_packet_t> packet) {
  // Somebody who finds a packet does not wait.
  PortPacket* next = nullptr;
  TRY(base::FromStatus(CallerHandles().With<Port>(handle.value, ZX_RIGHT_READ, [&](Port& port) {
    next = port.TakePacket();
    return ZX_OK;
  })));
  if (next == nullptr) return WaitForPacket(handle, deadline, packet);
  const base::Result<> written = packet.WriteOptional(next->packet());
  delete next;
  return written;
}

base::Result<> sys_port_cancel(Handle handle, Handle source, uint64_t key) {
  const base::RefPtr<Port> port = TRY(GetObject<Port>(handle, ZX_RIGHT_WRITE));
  const base::RefPtr<Object> object = TRY(GetObject<Object>(source, ZX_RIGHT_WAIT));
  // First those that wait: one that matches in between is then found in the queue.
  size_t count = object->RemoveObserversIf([&](const Observer& observer) {
    return observer.IsRegistration(port.get(), key);
  });
  count += port->CancelQueued(object->koid(), key);
  if (count == 0) return base::Error(ZX_ERR_NOT_FOUND);
  return {};
}

}  // namespace kernel
