// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/channel.h"

#include <algorithm>

#include <zircon/syscalls/exception.h>

#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

constexpr uint32_t kMaxIovecs = 8192;

// The handles of a write: closed on every way out unless they have become part of the message.
class ConsumedHandles {
 public:
  ConsumedHandles(UserIn<zx_handle_t> handles, uint32_t count) : handles_(handles), count_(count) {}
  ConsumedHandles(const ConsumedHandles&) = delete;
  ConsumedHandles& operator=(const ConsumedHandles&) = delete;
  ~ConsumedHandles() {
    if (count_ != 0) (void)sys_handle_close_many(handles_, count_);
  }

  // Moves them out of the table into the message's entries, for sending through `channel`.
  // Errors: ZX_ERR_INVALID_ARGS, ZX_ERR_BAD_HANDLE, ZX_ERR_ACCESS_DENIED not transferable,
  // ZX_ERR_NOT_SUPPORTED the channel itself.
  base::Result<> MoveTo(Message& message, const Channel& channel) {
    if (count_ == 0) return {};
    [[clang::uninitialized]] zx_handle_t values[Message::kMaxHandles];
    const std::span<zx_handle_t> used(values, count_);
    TRY(handles_.ReadAll(used));
    count_ = 0;
    TRY(CallerHandles().RemoveAll(used, message.handles().data()));
    for (const HandleEntry& entry : message.handles()) {
      if ((entry.rights() & ZX_RIGHT_TRANSFER) == 0) return base::Error(ZX_ERR_ACCESS_DENIED);
      if (entry.get() == &channel) return base::Error(ZX_ERR_NOT_SUPPORTED);
    }
    return {};
  }

 private:
  const UserIn<zx_handle_t> handles_;
  uint32_t count_;
};

base::Result<> CopyBytesIn(Message& message, uint32_t offset, uint64_t address, uint32_t count) {
  return message.ForEachPiece(offset, count, [&](std::span<std::byte> piece) {
    const uint64_t from = address;
    address += piece.size();
    return user::CopyIn(piece.data(), from, piece.size());
  });
}

// Calls visit(iovec) for each of `count` user iovecs, read in portions.
template <class Visit>
base::Result<> ForEachIovec(UserIn<zx_channel_iovec_t> iovecs, uint32_t count, Visit visit) {
  constexpr uint32_t kPortion = 16;
  for (uint32_t done = 0; done < count;) {
    [[clang::uninitialized]] zx_channel_iovec_t portion[kPortion];
    const uint32_t size = std::min(kPortion, count - done);
    TRY(iovecs.At(done).ReadAll({portion, size}));
    for (uint32_t i = 0; i < size; ++i) TRY(visit(portion[i]));
    done += size;
  }
  return {};
}

base::Result<Message::Pointer> GatherMessage(UserIn<zx_channel_iovec_t> iovecs, uint32_t count,
                                             uint32_t num_handles) {
  if (count > kMaxIovecs) return base::Error(ZX_ERR_OUT_OF_RANGE);
  uint32_t size = 0;
  TRY(ForEachIovec(iovecs, count, [&](const zx_channel_iovec_t& iovec) -> base::Result<> {
    if (iovec.reserved != 0) return base::Error(ZX_ERR_INVALID_ARGS);
    if (iovec.capacity > Message::kMaxBytes - size) return base::Error(ZX_ERR_OUT_OF_RANGE);
    size += iovec.capacity;
    return {};
  }));
  Message::Pointer message = TRY(Message::Create(size, num_handles));
  // The caller may have changed the list since; it must still fill exactly the same room.
  uint32_t filled = 0;
  TRY(ForEachIovec(iovecs, count, [&](const zx_channel_iovec_t& iovec) -> base::Result<> {
    if (iovec.capacity > size - filled) return base::Error(ZX_ERR_INVALID_ARGS);
    if (iovec.capacity == 0) return {};
    TRY(CopyBytesIn(*message, filled, reinterpret_cast<uint64_t>(iovec.buffer), iovec.capacity));
    filled += iovec.capacity;
    return {};
  }));
  if (filled != size) return base::Error(ZX_ERR_INVALID_ARGS);
  return message;
}

base::Result<Message::Pointer> MakeMessage(uint32_t options, UserIn<void> bytes, uint32_t num_bytes,
                                           uint32_t num_handles) {
  if (options == ZX_CHANNEL_WRITE_USE_IOVEC) [[unlikely]] {
    return GatherMessage(bytes.As<zx_channel_iovec_t>(), num_bytes, num_handles);
  }
  if (num_bytes > Message::kMaxBytes) return base::Error(ZX_ERR_OUT_OF_RANGE);
  Message::Pointer message = TRY(Message::Create(num_bytes, num_handles));
  TRY(CopyBytesIn(*message, 0, bytes.address(), num_bytes));
  return message;
}

// Handles of a message become the caller's. All or none.
base::Result<> InstallHandles(Handle channel, Message::Pointer& message, zx_handle_t* values) {
  const base::Result<> added = CallerHandles().AddAll(message->handles(), values);
  if (!added) {
    // No place for them now; the message is not lost by it, unless the channel is.
    const auto end = CallerHandles().Get<Channel>(channel.value, 0);
    if (end) (*end)->Unread(std::move(message));
  }
  return added;
}

// Undoes InstallHandles() when the caller cannot be told the values.
base::Result<> Uninstall(std::span<const zx_handle_t> values, zx_status_t status) {
  for (zx_handle_t value : values) CallerHandles().Close(value);
  return base::Error(status);
}

base::Result<> DeliverHandles(Handle channel, Message::Pointer& message, UserOut<zx_handle_t> out) {
  const size_t count = message->handles().size();
  [[clang::uninitialized]] zx_handle_t values[Message::kMaxHandles];
  TRY(InstallHandles(channel, message, values));
  const base::Result<> written = out.WriteAll({values, count});
  return written ? written : Uninstall({values, count}, written.error());
}

base::Result<> DeliverHandles(Handle channel, Message::Pointer& message,
                              UserOut<zx_handle_info_t> out) {
  const std::span<HandleEntry> entries = message->handles();
  const size_t count = entries.size();
  [[clang::uninitialized]] zx_handle_info_t infos[Message::kMaxHandles];
  [[clang::uninitialized]] zx_handle_t values[Message::kMaxHandles];
  for (size_t i = 0; i < count; ++i) {
    infos[i] = {.handle = ZX_HANDLE_INVALID,
                .type = static_cast<zx_obj_type_t>(entries[i].get()->type()),
                .rights = entries[i].rights(),
                .unused = 0};
  }
  TRY(InstallHandles(channel, message, values));
  for (size_t i = 0; i < count; ++i) infos[i].handle = values[i];
  const base::Result<> written = out.WriteAll({infos, count});
  return written ? written : Uninstall({values, count}, written.error());
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

  uint64_t to = bytes.address();
  TRY(received.message->ForEachPiece(0, received.size, [&](std::span<std::byte> piece) {
    const uint64_t here = to;
    to += piece.size();
    return user::CopyOut(here, piece.data(), piece.size());
  }));
  if (received.handle_count == 0) return {};
  return DeliverHandles(handle, received.message, handles);
}

// Sends a message that is complete. The channel is looked up again: only its own handle in the message
// would make a difference, and there is none.
base::Result<> SendMessage(Handle handle, Message::Pointer& message) {
  const zx_status_t status = CallerHandles().With<Channel>(
      handle.value, ZX_RIGHT_WRITE, [&](Channel& channel) { return channel.Send(message); });
  if (status == ZX_OK) [[likely]] return {};
  if (status == ZX_ERR_SHOULD_WAIT) {
    Process::Current().RaisePolicyException(ZX_EXCP_POLICY_CODE_CHANNEL_FULL_WRITE, 0);
  }
  return base::Error(status);
}

// A write of handles: they are gone whatever happens.
base::Result<> WriteWithHandles(Handle handle, uint32_t options, UserIn<void> bytes, uint32_t num_bytes,
                                UserIn<zx_handle_t> handles, uint32_t num_handles) {
  ConsumedHandles consumed(handles, num_handles);
  if ((options & ~ZX_CHANNEL_WRITE_USE_IOVEC) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  if (num_handles > Message::kMaxHandles) return base::Error(ZX_ERR_OUT_OF_RANGE);
  const base::RefPtr<Channel> channel = TRY(GetObject<Channel>(handle, ZX_RIGHT_WRITE));
  Message::Pointer message = TRY(MakeMessage(options, bytes, num_bytes, num_handles));
  TRY(consumed.MoveTo(*message, *channel));
  return SendMessage(handle, message);
}

}  // namespace

base::Result<> sys_channel_create(uint32_t options, UserOut<zx_handle_t> out0,
                                  UserOut<zx_handle_t> out1) {
  if (options != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_CHANNEL));

  Channel::Pair pair = TRY(Channel::Create());
  return PublishPair(std::move(pair.first), std::move(pair.second), Channel::kDefaultRights, out0, out1);
}

base::Result<> sys_channel_write(Handle handle, uint32_t options, UserIn<void> bytes,
                                 uint32_t num_bytes, UserIn<zx_handle_t> handles,
                                 uint32_t num_handles) {
  if (num_handles != 0) return WriteWithHandles(handle, options, bytes, num_bytes, handles, num_handles);
  if ((options & ~ZX_CHANNEL_WRITE_USE_IOVEC) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  Message::Pointer message = TRY(MakeMessage(options, bytes, num_bytes, 0));
  return SendMessage(handle, message);
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
