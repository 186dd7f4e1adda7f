// SPDX-License-Identifier: BSD-2-Clause
// zx_channel_create, _write and _read.
#include "kernel/object/channel.h"

#include <concepts>

#include "kernel/sched/run_queue.h"
#include "kernel/syscalls/channel_message.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

// Sends a message that is complete. The channel is looked up again: only its own handle in the
// message would make a difference, and there is none.
[[gnu::always_inline]] inline base::Result<> SendMessage(Handle handle, Message::Pointer& message) {
  const zx_status_t status = CallerHandles().With<Channel>(
      handle.value, ZX_RIGHT_WRITE, [&](Channel& channel) { return channel.Send(message); });
  if (status != ZX_OK) [[unlikely]] return RefusedSend(status);
  sched::RunQueue::This().GiveWay();
  return {};
}

// A write of handles: they are gone whatever happens.
template <class Consumed, class Handles>
base::Result<> WriteWithHandles(Handle handle, uint32_t options, UserIn<void> bytes,
                                uint32_t num_bytes, Handles handles, uint32_t num_handles) {
  Consumed consumed(handles, num_handles);
  Message::Pointer message =
      TRY(MakeMessage(handle, options, bytes, num_bytes, consumed));
  return SendMessage(handle, message);
}

[[gnu::always_inline]] inline base::Result<> WriteBytes(Handle handle, uint32_t options, UserIn<void> bytes,
                                                        uint32_t num_bytes) {
  Message::Pointer message = TRY(MakeMessage(options, bytes, num_bytes, 0));
  return SendMessage(handle, message);
}

// The handles of a message that has been read. When there is no place for them now, the message is
// not lost by it, unless the channel is.
template <class HandleOut>
[[gnu::noinline]] base::Result<> DeliverOrUnread(Handle channel, Message::Pointer& message, UserOut<HandleOut> out) {
  const base::Result<> delivered = DeliverHandles(*message, out);
  if (!delivered && message->handles()[0]) {
    const auto end = CallerHandles().Get<Channel>(channel.value, 0);
    if (end) (*end)->Unread(std::move(message));
  }
  return delivered;
}

template <class HandleOut>
base::Result<> ReadMessage(Handle handle, uint32_t options, UserOut<void> bytes,
                           UserOut<HandleOut> handles, uint32_t num_bytes, uint32_t num_handles,
                           UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  if ((options & ~ZX_CHANNEL_READ_MAY_DISCARD) != 0) return base::Error(ZX_ERR_NOT_SUPPORTED);
  const auto too_big = options == 0 ? Channel::TooBig::kKeep : Channel::TooBig::kDiscard;
  Channel::Received received;
  TRY(base::FromStatus(
      CallerHandles().With<Channel>(handle.value, ZX_RIGHT_READ, [&](Channel& channel) {
        channel.Receive(num_bytes, num_handles, too_big, received);
        return ZX_OK;
      })));
  if (received.status == ZX_OK || received.status == ZX_ERR_BUFFER_TOO_SMALL) [[likely]] {
    TRY(actual_bytes.WriteOptional(received.size));
    TRY(actual_handles.WriteOptional(received.handle_count));
  }
  if (received.status != ZX_OK) return base::Error(received.status);

  TRY(CopyBytesOut(*received.message, bytes));
  if (received.handle_count == 0) return {};
  if constexpr (std::same_as<HandleOut, zx_handle_t>) {
    // Most messages that have handles have one, and there is place for it.
    if (received.handle_count == 1) [[likely]] {
      const auto value = CallerHandles().AddOne(received.message->handles()[0]);
      if (value) [[likely]] return Publish(*value, handles);
    }
  }
  return DeliverOrUnread(handle, received.message, handles);
}

}  // namespace

base::Result<> sys_channel_create(uint32_t options, UserOut<zx_handle_t> out0,
                                  UserOut<zx_handle_t> out1) {
  if (options != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_CHANNEL));

  Channel::Pair pair = TRY(Channel::Create());
  return PublishPair(std::move(pair.first), std::move(pair.second), Channel::kDefaultRights, out0,
                     out1);
}

base::Result<> sys_channel_write(Handle handle, uint32_t options, UserIn<void> bytes,
                                 uint32_t num_bytes, UserIn<zx_handle_t> handles,
                                 uint32_t num_handles) {
  if (num_handles == 0) return WriteBytes(handle, options, bytes, num_bytes);
  return WriteWithHandles<ConsumedHandles>(handle, options, bytes, num_bytes, handles, num_handles);
}

base::Result<> sys_channel_write_etc(Handle handle, uint32_t options, UserIn<void> bytes,
                                     uint32_t num_bytes, UserInOut<zx_handle_disposition_t> handles,
                                     uint32_t num_handles) {
  if (num_handles == 0) return WriteBytes(handle, options, bytes, num_bytes);
  return WriteWithHandles<ConsumedDispositions>(handle, options, bytes, num_bytes, handles,
                                                num_handles);
}

base::Result<> sys_channel_read(Handle handle, uint32_t options, UserOut<void> bytes,
                                UserOut<zx_handle_t> handles, uint32_t num_bytes,
                                uint32_t num_handles, UserOut<uint32_t> actual_bytes,
                                UserOut<uint32_t> actual_handles) {
  return ReadMessage(handle, options, bytes, handles, num_bytes, num_handles, actual_bytes,
                     actual_handles);
}

base::Result<> sys_channel_read_etc(Handle handle, uint32_t options, UserOut<void> bytes,
                                    UserOut<zx_handle_info_t> handles, uint32_t num_bytes,
                                    uint32_t num_handles, UserOut<uint32_t> actual_bytes,
                                    UserOut<uint32_t> actual_handles) {
  return ReadMessage(handle, options, bytes, handles, num_bytes, num_handles, actual_bytes,
                     actual_handles);
}

}  // namespace kernel
