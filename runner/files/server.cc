// SPDX-License-Identifier: BSD-2-Clause
#include "runner/files/server.h"

#include <zircon/syscalls.h>

#include <algorithm>
#include <limits>
#include <new>

namespace runner {
namespace {

constexpr zx_signals_t kNews = ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED;
constexpr uint64_t kPermissions = (uint64_t{1} << 32) - 1;

}  // namespace

base::Result<FileServer> FileServer::Create(const zx::port& port, uint64_t first_key, uint16_t most_connections) {
  std::unique_ptr<Connection[]> connections(new (std::nothrow) Connection[most_connections]);
  std::unique_ptr<Buffers> buffers(new (std::nothrow) Buffers);
  if (!connections || !buffers) return base::Error(ZX_ERR_NO_MEMORY);
  return FileServer(port, first_key, most_connections, std::move(connections), std::move(buffers));
}

base::Result<zx::channel> FileServer::Connect(const FileSource& source, uint64_t flags) {
  zx::channel client, server;
  TRY(base::FromStatus(zx::channel::create(0, &client, &server)));
  TRY(base::FromStatus(TryAccept(server, source, io::Node{}, flags)));
  return client;
}

void FileServer::Drop(const FileSource& source) {
  for (uint16_t index = 0; index < most_; ++index) {
    if (connections_[index].source == &source) CloseWith(connections_[index], ZX_ERR_PEER_CLOSED);
  }
}

void FileServer::OnPacket(uint64_t key) {
  const uint64_t number = key - first_key_;
  const auto index = static_cast<uint16_t>(number);
  if (index >= most_) return;
  Connection& connection = connections_[index];
  if (connection.source == nullptr || connection.generation != static_cast<uint32_t>(number >> 16)) return;
  ServeOne(connection);
  if (connection.source != nullptr && Arm(connection) != ZX_OK) Close(connection);
}

void FileServer::Accept(zx::channel channel, const FileSource& source, const io::Node& node, uint64_t flags) {
  const zx_status_t status = TryAccept(channel, source, node, flags);
  if (status != ZX_OK) SendEpitaph(channel, status);
}

zx_status_t FileServer::TryAccept(zx::channel& channel, const FileSource& source, const io::Node& node,
                                  uint64_t flags) {
  const std::span all(connections_.get(), most_);
  const auto place = std::ranges::find(all, nullptr, &Connection::source);
  if (place == all.end()) return ZX_ERR_NO_RESOURCES;
  place->channel = std::move(channel);
  const zx_status_t status = Arm(*place);
  if (status != ZX_OK) {
    channel = std::move(place->channel);
    return status;
  }
  place->source = &source;
  place->node = node;
  place->flags = flags & kPermissions;
  place->position = 0;
  ++connection_count_;
  return ZX_OK;
}

zx_status_t FileServer::Arm(const Connection& connection) {
  const auto index = static_cast<uint64_t>(&connection - connections_.get());
  const uint64_t key = first_key_ + (uint64_t{connection.generation} << 16 | index);
  return connection.channel.wait_async(port_, key, kNews, 0);
}

void FileServer::Close(Connection& connection) {
  const uint32_t next = connection.generation + 1;
  connection = {};
  connection.generation = next;
  --connection_count_;
}

void FileServer::CloseWith(Connection& connection, zx_status_t epitaph) {
  SendEpitaph(connection.channel, epitaph);
  Close(connection);
}

void FileServer::SendEpitaph(const zx::channel& channel, zx_status_t status) {
  const size_t size = io::Answers(buffers_->answer).Epitaph(status);
  // The client may be gone; there is nobody else to tell.
  (void)channel.write(0, buffers_->answer.data(), static_cast<uint32_t>(size), nullptr, 0);
}

void FileServer::ServeOne(Connection& connection) {
  uint32_t size = 0;
  uint32_t handle_count = 0;
  zx::channel argument;
  const zx_status_t status =
      connection.channel.read(0, buffers_->request.data(), argument.reset_and_get_address(),
                              static_cast<uint32_t>(buffers_->request.size()), 1, &size, &handle_count);
  // Packets may outnumber messages.
  if (status == ZX_ERR_SHOULD_WAIT) return;
  if (status == ZX_ERR_BUFFER_TOO_SMALL) return CloseWith(connection, ZX_ERR_INVALID_ARGS);
  if (status != ZX_OK) return Close(connection);
  const auto request = io::DecodeRequest(base::Bytes(buffers_->request).first(size), handle_count);
  if (!request) return CloseWith(connection, request.error());

  zx::vmo memory;
  const auto answer = Serve(connection, *request, std::move(argument), memory);
  if (!answer) return CloseWith(connection, answer.error());
  if (*answer != 0) {
    const zx_handle_t handle = memory.release();
    // A client that is gone is found by the next packet.
    (void)connection.channel.write(0, buffers_->answer.data(), static_cast<uint32_t>(*answer), &handle,
                                   handle != ZX_HANDLE_INVALID ? 1 : 0);
  }
  if (request->method == io::Method::kClose) Close(connection);
}

base::Result<size_t> FileServer::Serve(Connection& connection, const io::Request& request, zx::channel argument,
                                       zx::vmo& memory) {
  switch (request.method) {
    case io::Method::kClose:
      return io::Answers(buffers_->answer).Status(request, ZX_OK);
    case io::Method::kClone:
      Accept(std::move(argument), *connection.source, connection.node, connection.flags);
      return 0;
    case io::Method::kGetAttributes:
      return GetAttributes(connection, request);
    default:
      return connection.node.kind == io::NodeKind::kFile ? ServeFile(connection, request, memory)
                                                         : ServeDirectory(connection, request, std::move(argument));
  }
}

base::Result<size_t> FileServer::ServeFile(Connection& connection, const io::Request& request, zx::vmo& memory) {
  switch (request.method) {
    case io::Method::kRead:
    case io::Method::kReadAt:
      return Read(connection, request);
    case io::Method::kSeek:
      return Seek(connection, request);
    case io::Method::kGetBackingMemory:
      return GetMemory(connection, request, memory);
    default:
      return base::Error(ZX_ERR_NOT_SUPPORTED);
  }
}

base::Result<size_t> FileServer::ServeDirectory(Connection& connection, const io::Request& request,
                                                zx::channel argument) {
  switch (request.method) {
    case io::Method::kOpen:
      Open(connection, request, std::move(argument));
      return 0;
    case io::Method::kReadDirents:
      return List(connection, request);
    case io::Method::kRewind:
      connection.position = 0;
      return io::Answers(buffers_->answer).Rewind(request, ZX_OK);
    default:
      return base::Error(ZX_ERR_NOT_SUPPORTED);
  }
}

void FileServer::Open(Connection& connection, const io::Request& request, zx::channel object) {
  const auto node = FindFor(connection, request);
  if (!node) return SendEpitaph(object, node.error());
  Accept(std::move(object), *connection.source, *node, request.flags);
}

base::Result<io::Node> FileServer::FindFor(const Connection& connection, const io::Request& request) {
  if ((request.flags & ~io::kKnownFlags) != 0 || !io::IsPath(request.path)) return base::Error(ZX_ERR_INVALID_ARGS);
  // Nothing may be done through the new connection that may not be done through this one.
  const uint64_t wanted = request.flags & kPermissions;
  if ((connection.flags & io::kPermTraverse) == 0 || (wanted & ~connection.flags) != 0) {
    return base::Error(ZX_ERR_ACCESS_DENIED);
  }
  const auto node = io::Find(*connection.source, connection.node, request.path);
  if (!node) return base::Error(ZX_ERR_NOT_FOUND);
  const bool is_file = node->kind == io::NodeKind::kFile;
  if ((request.flags & io::kProtocolDirectory) != 0 && is_file) return base::Error(ZX_ERR_NOT_DIR);
  if ((request.flags & io::kProtocolFile) != 0 && !is_file) return base::Error(ZX_ERR_NOT_FILE);
  return *node;
}

size_t FileServer::GetAttributes(const Connection& connection, const io::Request& request) {
  io::Answers answers(buffers_->answer);
  if ((connection.flags & io::kPermGetAttributes) == 0) return answers.Status(request, ZX_ERR_ACCESS_DENIED);
  const io::Node& node = connection.node;
  const bool is_file = node.kind == io::NodeKind::kFile;
  const uint64_t abilities = is_file ? io::kPermReadBytes | io::kPermExecute | io::kPermGetAttributes
                                     : io::kPermEnumerate | io::kPermTraverse | io::kPermGetAttributes;
  return answers.GetAttributes(request, {.kind = node.kind, .abilities = abilities, .content_size = node.size,
                                         .storage_size = node.size, .link_count = 1, .id = node.id});
}

size_t FileServer::Read(Connection& connection, const io::Request& request) {
  io::Answers answers(buffers_->answer);
  if ((connection.flags & io::kPermReadBytes) == 0) return answers.Status(request, ZX_ERR_ACCESS_DENIED);
  if (request.count > io::kMaxTransfer) return answers.Status(request, ZX_ERR_OUT_OF_RANGE);
  const bool at = request.method == io::Method::kReadAt;
  const uint64_t offset = at ? static_cast<uint64_t>(request.offset) : connection.position;
  const auto room = answers.DataOf(request.method).first(static_cast<size_t>(request.count));
  const auto size = connection.source->Read(connection.node, offset, room);
  if (!size) return answers.Status(request, size.error());
  if (!at) connection.position += *size;
  return answers.Data(request, *size);
}

size_t FileServer::Seek(Connection& connection, const io::Request& request) {
  io::Answers answers(buffers_->answer);
  int64_t from = 0;
  if (request.origin == io::SeekOrigin::kCurrent) from = static_cast<int64_t>(connection.position);
  if (request.origin == io::SeekOrigin::kEnd) from = static_cast<int64_t>(connection.node.size);
  int64_t to = 0;
  if (__builtin_add_overflow(from, request.offset, &to) || to < 0) {
    return answers.Status(request, ZX_ERR_OUT_OF_RANGE);
  }
  connection.position = static_cast<uint64_t>(to);
  return answers.Seek(request, connection.position);
}

size_t FileServer::GetMemory(const Connection& connection, const io::Request& request, zx::vmo& memory) {
  io::Answers answers(buffers_->answer);
  const bool execute = (request.flags & io::kVmoExecute) != 0;
  const uint64_t needed = (request.flags & io::kVmoRead ? io::kPermReadBytes : 0) | (execute ? io::kPermExecute : 0);
  if ((request.flags & io::kVmoWrite) != 0 || (needed & ~connection.flags) != 0) {
    return answers.Status(request, ZX_ERR_ACCESS_DENIED);
  }
  // Every answer is a copy of its own.
  if ((request.flags & io::kVmoSharedBuffer) != 0) return answers.Status(request, ZX_ERR_NOT_SUPPORTED);
  auto opened = connection.source->OpenMemory(connection.node, execute);
  if (!opened) return answers.Status(request, opened.error());
  zx_rights_t rights = ZX_RIGHTS_BASIC | ZX_RIGHT_MAP | ZX_RIGHT_GET_PROPERTY;
  if ((request.flags & io::kVmoRead) != 0) rights |= ZX_RIGHT_READ;
  if (execute) rights |= ZX_RIGHT_EXECUTE;
  const zx_status_t status = opened->replace(rights, &memory);
  if (status != ZX_OK) return answers.Status(request, status);
  return answers.BackingMemory(request);
}

size_t FileServer::List(Connection& connection, const io::Request& request) {
  io::Answers answers(buffers_->answer);
  if ((connection.flags & io::kPermEnumerate) == 0) return answers.Dirents(request, ZX_ERR_ACCESS_DENIED, 0);
  if (request.count > io::kMaxTransfer) return answers.Dirents(request, ZX_ERR_OUT_OF_RANGE, 0);
  const auto room = answers.DataOf(request.method).first(static_cast<size_t>(request.count));
  size_t used = 0;
  while (const auto child = io::ChildAt(*connection.source, connection.node, connection.position)) {
    const uint8_t type = child->kind == io::NodeKind::kFile ? io::kEntryFile : io::kEntryDirectory;
    if (!io::PutDirent(room, used, {.id = child->id, .type = type, .name = child->name})) {
      // Room for not even one entry would look like the end.
      if (used == 0) return answers.Dirents(request, ZX_ERR_BUFFER_TOO_SMALL, 0);
      break;
    }
    ++connection.position;
  }
  return answers.Dirents(request, ZX_OK, used);
}

}  // namespace runner
