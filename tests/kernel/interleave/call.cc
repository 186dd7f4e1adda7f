// SPDX-License-Identifier: BSD-2-Clause
#include <zircon/syscalls/port.h>

#include "kernel/syscalls/syscalls.h"
#include "tests/kernel/interleave/stage.h"

namespace interleave::call {
namespace {

using kernel::Handle;
using kernel::UserIn;
using kernel::UserOut;

template <class T>
uint64_t AddressOf(T& object) {
  return reinterpret_cast<uint64_t>(&object);
}

template <class T>
UserOut<T> Out(T& object) {
  return UserOut<T>(AddressOf(object));
}

// The way back to user mode.
zx_status_t Back(const base::Result<>& result) {
  // The test, when it sets up a scenario, is no thread.
  if (sched::Task::Current().thread() != nullptr) Machine::UserMode();
  return base::ToStatus(result);
}

constexpr uint64_t kPage = 4096;
constexpr zx_txid_t kTxid = 5;

zx_status_t Receive(zx_handle_t channel, zx_txid_t& txid) {
  zx_handle_t handle = ZX_HANDLE_INVALID;
  uint32_t bytes = 0;
  uint32_t handles = 0;
  return base::ToStatus(kernel::sys_channel_read(Handle{channel}, 0, UserOut<void>(AddressOf(txid)), Out(handle),
                                                 sizeof(txid), 1, Out(bytes), Out(handles)));
}

base::Result<> Send(zx_handle_t channel, zx_txid_t txid, zx_handle_t handle) {
  return kernel::sys_channel_write(Handle{channel}, 0, UserIn<void>(AddressOf(txid)), sizeof(txid),
                                   UserIn<zx_handle_t>(AddressOf(handle)), handle == ZX_HANDLE_INVALID ? 0 : 1);
}

}  // namespace

zx_status_t Close(zx_handle_t handle) { return Back(kernel::sys_handle_close(Handle{handle})); }

zx_status_t Duplicate(zx_handle_t handle) {
  zx_handle_t copy = ZX_HANDLE_INVALID;
  return Back(kernel::sys_handle_duplicate(Handle{handle}, ZX_RIGHT_SAME_RIGHTS, Out(copy)));
}

zx_status_t Signal(zx_handle_t handle, zx_signals_t set) {
  return Back(kernel::sys_object_signal(Handle{handle}, 0, set));
}

zx_status_t SignalPeer(zx_handle_t handle, zx_signals_t set) {
  return Back(kernel::sys_object_signal_peer(Handle{handle}, 0, set));
}

zx_status_t Wait(zx_handle_t handle, zx_signals_t signals, zx_instant_mono_t deadline) {
  zx_signals_t observed = 0;
  return Back(kernel::sys_object_wait_one(Handle{handle}, signals, deadline, Out(observed)));
}

zx_status_t WaitAsync(zx_handle_t handle, zx_handle_t port, uint64_t key, zx_signals_t signals, uint32_t options) {
  return Back(kernel::sys_object_wait_async(Handle{handle}, Handle{port}, key, signals, options));
}

zx_status_t PortWait(zx_handle_t port, zx_instant_mono_t deadline) {
  zx_port_packet_t packet = {};
  return Back(kernel::sys_port_wait(Handle{port}, deadline, Out(packet)));
}

zx_status_t PortQueue(zx_handle_t port) {
  zx_port_packet_t packet = {};
  return Back(kernel::sys_port_queue(Handle{port}, UserIn<zx_port_packet_t>(AddressOf(packet))));
}

zx_status_t PortCancel(zx_handle_t port, zx_handle_t source, uint64_t key) {
  return Back(kernel::sys_port_cancel(Handle{port}, Handle{source}, key));
}

zx_status_t Write(zx_handle_t channel, zx_handle_t handle) { return Back(Send(channel, kTxid, handle)); }

zx_status_t Read(zx_handle_t channel) {
  zx_txid_t txid = 0;
  const zx_status_t status = Receive(channel, txid);
  Machine::UserMode();
  return status;
}

zx_status_t Answer(zx_handle_t channel) {
  zx_txid_t txid = 0;
  zx_status_t status = Wait(channel, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED);
  if (status == ZX_OK) status = Receive(channel, txid);
  if (status != ZX_OK) return status;
  return Back(Send(channel, txid, ZX_HANDLE_INVALID));
}

zx_status_t ChannelCall(zx_handle_t channel, zx_instant_mono_t deadline) {
  zx_txid_t request = 0;
  zx_txid_t reply = 0;
  uint32_t bytes = 0;
  uint32_t handles = 0;
  const zx_channel_call_args_t arguments = {.wr_bytes = &request,
                                            .wr_handles = nullptr,
                                            .rd_bytes = &reply,
                                            .rd_handles = nullptr,
                                            .wr_num_bytes = sizeof(request),
                                            .wr_num_handles = 0,
                                            .rd_num_bytes = sizeof(reply),
                                            .rd_num_handles = 0};
  return Back(kernel::sys_channel_call_noretry(Handle{channel}, 0, deadline,
                                               UserIn<zx_channel_call_args_t>(AddressOf(arguments)), Out(bytes),
                                               Out(handles)));
}

zx_status_t SocketWrite(zx_handle_t socket) {
  const uint8_t byte = 1;
  size_t actual = 0;
  return Back(kernel::sys_socket_write(Handle{socket}, 0, UserIn<void>(AddressOf(byte)), 1, Out(actual)));
}

zx_status_t SocketRead(zx_handle_t socket) {
  uint8_t byte = 0;
  size_t actual = 0;
  return Back(kernel::sys_socket_read(Handle{socket}, 0, UserOut<void>(AddressOf(byte)), 1, Out(actual)));
}

zx_status_t TimerSet(zx_handle_t timer, zx_instant_mono_t deadline) {
  return Back(kernel::sys_timer_set(Handle{timer}, deadline, 0));
}

zx_status_t TimerCancel(zx_handle_t timer) { return Back(kernel::sys_timer_cancel(Handle{timer})); }

zx_status_t VmoWrite(zx_handle_t vmo, uint8_t value) {
  return Back(kernel::sys_vmo_write(Handle{vmo}, UserIn<void>(AddressOf(value)), 0, 1));
}

int32_t VmoRead(zx_handle_t vmo) {
  uint8_t value = 0;
  const zx_status_t status = Back(kernel::sys_vmo_read(Handle{vmo}, UserOut<void>(AddressOf(value)), 0, 1));
  return status == ZX_OK ? value : status;
}

zx_status_t VmoSetSize(zx_handle_t vmo, uint64_t size) { return Back(kernel::sys_vmo_set_size(Handle{vmo}, size)); }

zx_status_t VmoClone(zx_handle_t vmo, zx_handle_t& out) {
  return Back(kernel::sys_vmo_create_child(Handle{vmo}, ZX_VMO_CHILD_SNAPSHOT, 0, kPage, Out(out)));
}

zx_status_t VmoDecommit(zx_handle_t vmo) {
  return Back(kernel::sys_vmo_op_range(Handle{vmo}, ZX_VMO_OP_DECOMMIT, 0, kPage, {}, 0));
}

zx_status_t Map(zx_handle_t vmar, zx_handle_t vmo, uint64_t offset) {
  zx_vaddr_t address = 0;
  return Back(kernel::sys_vmar_map(Handle{vmar}, ZX_VM_PERM_READ | ZX_VM_SPECIFIC | ZX_VM_MAP_RANGE, offset,
                                   Handle{vmo}, 0, kPage, Out(address)));
}

zx_status_t Unmap(zx_handle_t vmar, uint64_t address) {
  return Back(kernel::sys_vmar_unmap(Handle{vmar}, address, kPage));
}

zx_status_t VmarDestroy(zx_handle_t vmar) { return Back(kernel::sys_vmar_destroy(Handle{vmar})); }

zx_status_t Kill(zx_handle_t task) { return Back(kernel::sys_task_kill(Handle{task})); }

zx_status_t JobCreate(zx_handle_t job, zx_handle_t& out) {
  return Back(kernel::sys_job_create(Handle{job}, 0, Out(out)));
}

zx_status_t ProcessCreate(zx_handle_t job, zx_handle_t& out) {
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  const char name = 'p';
  return Back(kernel::sys_process_create(Handle{job}, UserIn<char>(AddressOf(name)), 1, 0, Out(out), Out(vmar)));
}

zx_status_t FutexWait(const zx_futex_t& word, zx_futex_t value, zx_instant_mono_t deadline) {
  return Back(kernel::sys_futex_wait(UserIn<zx_futex_t>(AddressOf(word)), value, {}, deadline));
}

zx_status_t FutexWake(const zx_futex_t& word, uint32_t count) {
  return Back(kernel::sys_futex_wake(UserIn<zx_futex_t>(AddressOf(word)), count));
}

zx_status_t OpenExceptionChannel(zx_handle_t task, zx_handle_t& out) {
  return Back(kernel::sys_task_create_exception_channel(Handle{task}, 0, Out(out)));
}

void Exit() {
  kernel::sys_process_exit(0);
  Machine::UserMode();
  __builtin_unreachable();
}

}  // namespace interleave::call
