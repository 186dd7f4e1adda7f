// SPDX-License-Identifier: BSD-2-Clause
// zx_socket_*.
#include "kernel/object/socket.h"

#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {

base::Result<> sys_socket_create(uint32_t options, UserOut<zx_handle_t> out0,
                                 UserOut<zx_handle_t> out1) {
  if ((options & ~ZX_SOCKET_CREATE_MASK) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_SOCKET));

  const auto kind = options == ZX_SOCKET_DATAGRAM ? Socket::Kind::kDatagram : Socket::Kind::kStream;
  Socket::Pair pair = TRY(Socket::Create(kind));
  return PublishPair(std::move(pair.first), std::move(pair.second), Socket::kDefaultRights, out0,
                     out1);
}

base::Result<> sys_socket_write(Handle handle, uint32_t options, UserIn<void> buffer,
                                size_t buffer_size, UserOut<size_t> actual) {
  if (options != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  const auto socket = TRY(GetObject<Socket>(handle, ZX_RIGHT_WRITE));
  Socket::Outgoing outgoing = TRY(socket->PrepareWrite(buffer_size));
  uint64_t from = buffer.address();
  TRY(outgoing.ForEachPiece([&](std::span<std::byte> piece) {
    const uint64_t here = from;
    from += piece.size();
    return user::CopyIn(piece.data(), here, piece.size());
  }));
  const size_t written = TRY(socket->Write(outgoing));
  return actual.WriteOptional(written);
}

base::Result<> sys_socket_read(Handle handle, uint32_t options, UserOut<void> buffer,
                               size_t buffer_size, UserOut<size_t> actual) {
  if ((options & ~ZX_SOCKET_PEEK) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  const auto socket = TRY(GetObject<Socket>(handle, ZX_RIGHT_READ));
  const bool peek = options == ZX_SOCKET_PEEK;
  Socket::Incoming incoming = TRY(peek ? socket->Peek(buffer_size) : socket->Read(buffer_size));
  uint64_t to = buffer.address();
  const base::Result<> copied = incoming.ForEachPiece([&](std::span<std::byte> piece) {
    const uint64_t here = to;
    to += piece.size();
    return user::CopyOut(here, piece.data(), piece.size());
  });
  const base::Result<> told = copied ? actual.WriteOptional(incoming.size()) : copied;
  // What the caller cannot have is not lost.
  if (!told && !peek) socket->Unread(incoming);
  return told;
}

base::Result<> sys_socket_set_disposition(Handle handle, uint32_t disposition,
                                          uint32_t disposition_peer) {
  using Disposition = Socket::Disposition;
  static_assert(static_cast<uint32_t>(Disposition::kDisableWriting) ==
                ZX_SOCKET_DISPOSITION_WRITE_DISABLED);
  static_assert(static_cast<uint32_t>(Disposition::kEnableWriting) ==
                ZX_SOCKET_DISPOSITION_WRITE_ENABLED);
  const auto socket = TRY(GetObject<Socket>(handle, ZX_RIGHT_MANAGE_SOCKET));
  constexpr uint32_t kLast = ZX_SOCKET_DISPOSITION_WRITE_ENABLED;
  if (disposition > kLast || disposition_peer > kLast) return base::Error(ZX_ERR_INVALID_ARGS);
  return socket->SetDisposition(static_cast<Disposition>(disposition),
                                static_cast<Disposition>(disposition_peer));
}

}  // namespace kernel
