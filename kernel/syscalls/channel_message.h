// SPDX-License-Identifier: BSD-2-Clause
// Messages out of and into the caller's memory and handle table: what the calls on channels share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/object/channel.h"
#include "kernel/syscalls/caller.h"

namespace kernel {

// The handles of a zx_channel_write() or zx_channel_call(): closed on every way out unless they
// have become part of the message.
class ConsumedHandles {
 public:
  ConsumedHandles(UserIn<zx_handle_t> handles, uint32_t count) : handles_(handles), count_(count) {}
  ConsumedHandles(const ConsumedHandles&) = delete;
  ConsumedHandles& operator=(const ConsumedHandles&) = delete;
  ~ConsumedHandles();

  uint32_t count() const { return count_; }
  // Moves them out of the table into the message's entries, for sending through the handle `channel`.
  // Errors: ZX_ERR_INVALID_ARGS, ZX_ERR_BAD_HANDLE, ZX_ERR_ACCESS_DENIED not transferable,
  // ZX_ERR_NOT_SUPPORTED the channel itself.
  base::Result<> MoveTo(Message& message, Handle channel) {
    // Most messages that have handles have one.
    return count_ == 1 ? MoveOne(message, channel) : MoveMany(message, channel);
  }

 private:
  base::Result<> MoveOne(Message& message, Handle channel);
  base::Result<> MoveMany(Message& message, Handle channel);
  const UserIn<zx_handle_t> handles_;
  uint32_t count_;
};

// The same for zx_channel_write_etc(). Only handles to move are consumed.
class ConsumedDispositions {
 public:
  ConsumedDispositions(UserInOut<zx_handle_disposition_t> dispositions, uint32_t count)
      : dispositions_(dispositions), count_(count) {}
  ConsumedDispositions(const ConsumedDispositions&) = delete;
  ConsumedDispositions& operator=(const ConsumedDispositions&) = delete;
  ~ConsumedDispositions();

  uint32_t count() const { return count_; }
  // Tells each disposition its own result.
  // Errors: the first one's; also ZX_ERR_WRONG_TYPE not of the expected type, ZX_ERR_INVALID_ARGS
  // an unknown operation, rights the handle does not have, or memory that cannot be accessed.
  base::Result<> MoveTo(Message& message, Handle channel);

 private:
  const UserInOut<zx_handle_disposition_t> dispositions_;
  uint32_t count_;
};

inline base::Result<> CopyBytesIn(Message& message, uint32_t offset, uint64_t address,
                                  uint32_t count) {
  return message.ForEachPiece(offset, count, [&](std::span<std::byte> piece) {
    const uint64_t from = address;
    address += piece.size();
    return user::CopyIn(piece.data(), from, piece.size());
  });
}

// All bytes of a message.
inline base::Result<> CopyBytesIn(Message& message, uint64_t address) {
  if (std::byte* bytes = message.whole()) [[likely]] return user::CopyIn(bytes, address, message.size());
  return CopyBytesIn(message, 0, address, message.size());
}

inline base::Result<> CopyBytesOut(Message& message, UserOut<void> bytes) {
  if (const std::byte* from = message.whole()) [[likely]] {
    return user::CopyOut(bytes.address(), from, message.size());
  }
  uint64_t address = bytes.address();
  return message.ForEachPiece(0, message.size(), [&](std::span<std::byte> piece) {
    const uint64_t to = address;
    address += piece.size();
    return user::CopyOut(to, piece.data(), piece.size());
  });
}

// A message with the bytes of `count` user iovecs.
// Errors: ZX_ERR_OUT_OF_RANGE too many of them or too many bytes, ZX_ERR_INVALID_ARGS,
// ZX_ERR_NO_MEMORY.
base::Result<Message::Pointer> GatherMessage(UserIn<zx_channel_iovec_t> iovecs, uint32_t count,
                                             uint32_t num_handles);

// A message with the caller's bytes and room for handles; `options` are those of
// zx_channel_write(). Errors: as GatherMessage().
[[gnu::always_inline]] inline base::Result<Message::Pointer> MakeMessage(uint32_t options, UserIn<void> bytes,
                                                  uint32_t num_bytes, uint32_t num_handles) {
  if (options != 0) [[unlikely]] {
    if (options != ZX_CHANNEL_WRITE_USE_IOVEC) return base::Error(ZX_ERR_INVALID_ARGS);
    return GatherMessage(bytes.As<zx_channel_iovec_t>(), num_bytes, num_handles);
  }
  if (num_bytes > Message::kMaxBytes) return base::Error(ZX_ERR_OUT_OF_RANGE);
  Message::Pointer message = Message::TryCreate(num_bytes, num_handles);
  if (!message) [[unlikely]] return base::Error(ZX_ERR_NO_MEMORY);
  TRY(CopyBytesIn(*message, bytes.address()));
  return message;
}

// The same with handles, to be sent through the handle `channel`.
// Errors: also those of consumed.MoveTo().
template <class Consumed>
[[gnu::always_inline]] inline base::Result<Message::Pointer> MakeMessage(Handle channel, uint32_t options,
                                                                         UserIn<void> bytes, uint32_t num_bytes,
                                                                         Consumed& consumed) {
  if ((options & ~ZX_CHANNEL_WRITE_USE_IOVEC) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  if (consumed.count() > Message::kMaxHandles) return base::Error(ZX_ERR_OUT_OF_RANGE);
  Message::Pointer message = TRY(MakeMessage(options, bytes, num_bytes, consumed.count()));
  TRY(consumed.MoveTo(*message, channel));
  return message;
}

// The handles of the message become the caller's; all or none. When they find no place in the table
// (ZX_ERR_NO_MEMORY, ZX_ERR_NO_RESOURCES) they stay in the message.
// Errors: also ZX_ERR_INVALID_ARGS their values cannot be told; then they are closed.
base::Result<> DeliverHandles(Message& message, UserOut<zx_handle_t> out);
base::Result<> DeliverHandles(Message& message, UserOut<zx_handle_info_t> out);

// What a refused send means to the caller: too many messages are an offence besides.
[[gnu::cold]] base::Result<> RefusedSend(zx_status_t status);

}  // namespace kernel
