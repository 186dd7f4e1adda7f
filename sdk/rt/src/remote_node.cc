// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/rt/src/remote_node.h"

#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include <algorithm>
#include <utility>

#include "sdk/rt/src/bootstrap.h"

namespace rt {
namespace {

constexpr uint64_t kFlags = io::kPermReadable;

// Whether `path` is `mount` or lies below it.
bool IsBelow(std::string_view path, std::string_view mount) {
  if (mount == "/") return true;
  return path.starts_with(mount) && (path.size() == mount.size() || path[mount.size()] == '/');
}

std::string_view WithoutSlashes(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.empty() ? "." : path;
}

}  // namespace

Place FindPlace(std::string_view path) {
  Place best;
  size_t longest = 0;
  const char* name = StartupArguments().names.first;
  for (uint32_t index = 0; index < StartupArguments().names.count; ++index) {
    const std::string_view mount(name);
    name += mount.size() + 1;
    if (!IsBelow(path, mount) || mount.size() < longest) continue;
    const zx_handle_t directory = PeekStartupHandle(PA_HND(PA_NS_DIR, index));
    if (directory == ZX_HANDLE_INVALID) continue;
    longest = mount.size();
    best = {directory, WithoutSlashes(path.substr(mount.size()))};
  }
  return best;
}

RemoteNode::RemoteNode(RemoteNode&& other) noexcept
    : channel_(std::exchange(other.channel_, ZX_HANDLE_INVALID)),
      memory_(std::exchange(other.memory_, ZX_HANDLE_INVALID)),
      attributes_(other.attributes_) {}

RemoteNode& RemoteNode::operator=(RemoteNode&& other) noexcept {
  std::swap(channel_, other.channel_);
  std::swap(memory_, other.memory_);
  std::swap(attributes_, other.attributes_);
  return *this;
}

void RemoteNode::Close() {
  for (zx_handle_t* handle : {&channel_, &memory_}) {
    if (*handle != ZX_HANDLE_INVALID) zx_handle_close(std::exchange(*handle, ZX_HANDLE_INVALID));
  }
}

base::Result<RemoteNode> RemoteNode::Open(std::string_view path, bool must_be_directory) {
  const Place place = FindPlace(path);
  if (place.directory == ZX_HANDLE_INVALID) return base::Error(ZX_ERR_NOT_FOUND);
  std::byte buffer[io::kMaxPath + 128];
  const auto size = io::EncodeRequest({.method = io::Method::kOpen,
                                       .path = place.rest,
                                       .flags = kFlags | (must_be_directory ? io::kProtocolDirectory : 0)},
                                      buffer);
  if (!size) return base::Error(ZX_ERR_BAD_PATH);
  RemoteNode node;
  zx_handle_t server = ZX_HANDLE_INVALID;
  TRY(base::FromStatus(zx_channel_create(0, &node.channel_, &server)));
  TRY(base::FromStatus(
      zx_channel_write(place.directory, 0, buffer, static_cast<uint32_t>(*size), &server, 1)));
  // The answer to the first question also tells whether there is anything to open.
  TRY(node.Describe());
  if (!node.is_directory()) node.TakeMemory();
  return node;
}

base::Result<io::Answer> RemoteNode::Ask(io::Request request, std::span<std::byte> buffer, zx_handle_t* handle) {
  std::byte bytes[64];
  const size_t size = TRY(io::EncodeRequest(request, bytes));
  zx_handle_t received = ZX_HANDLE_INVALID;
  const zx_channel_call_args_t call = {.wr_bytes = bytes,
                                       .wr_handles = nullptr,
                                       .rd_bytes = buffer.data(),
                                       .rd_handles = &received,
                                       .wr_num_bytes = static_cast<uint32_t>(size),
                                       .wr_num_handles = 0,
                                       .rd_num_bytes = static_cast<uint32_t>(buffer.size()),
                                       .rd_num_handles = 1};
  uint32_t byte_count = 0;
  uint32_t handle_count = 0;
  zx_status_t status = zx_channel_call(channel_, 0, ZX_TIME_INFINITE, &call, &byte_count, &handle_count);
  if (status == ZX_ERR_PEER_CLOSED) {
    // What the server said before it closed, instead of an answer.
    status = zx_channel_read(channel_, 0, buffer.data(), &received, static_cast<uint32_t>(buffer.size()), 1,
                             &byte_count, &handle_count);
  }
  TRY(base::FromStatus(status));
  const auto answer = io::DecodeAnswer(request.method, buffer.first(byte_count), handle_count);
  if (handle != nullptr) *handle = std::exchange(received, ZX_HANDLE_INVALID);
  if (received != ZX_HANDLE_INVALID) zx_handle_close(received);
  if (!answer) return base::Error(ZX_ERR_IO_INVALID);
  if (answer->status != ZX_OK) return base::Error(answer->status);
  if (answer->is_epitaph) return base::Error(ZX_ERR_PEER_CLOSED);
  return *answer;
}

base::Result<> RemoteNode::Describe() {
  std::byte buffer[256];
  const io::Answer answer = TRY(Ask({.method = io::Method::kGetAttributes,
                                     .flags = io::kAttributeProtocols | io::kAttributeContentSize | io::kAttributeId},
                                    buffer));
  attributes_ = answer.attributes;
  return {};
}

void RemoteNode::TakeMemory() {
  std::byte buffer[64];
  (void)Ask({.method = io::Method::kGetBackingMemory, .flags = io::kVmoRead}, buffer, &memory_);
}

base::Result<size_t> RemoteNode::ReadAt(uint64_t offset, std::span<std::byte> out) {
  if (offset >= attributes_.content_size) return 0;
  const uint64_t left = attributes_.content_size - offset;
  if (left < out.size()) out = out.first(static_cast<size_t>(left));
  if (memory_ != ZX_HANDLE_INVALID) {
    TRY(base::FromStatus(zx_vmo_read(memory_, out.data(), offset, out.size())));
    return out.size();
  }
  std::byte buffer[1024];
  const size_t most = std::min(out.size(), sizeof(buffer) - 64);
  const io::Answer answer = TRY(Ask({.method = io::Method::kReadAt, .count = most, .offset = static_cast<int64_t>(offset)}, buffer));
  const size_t size = std::min(answer.data.size(), out.size());
  std::ranges::copy(answer.data.first(size), out.begin());
  return size;
}

base::Result<size_t> RemoteNode::ReadEntries(std::span<std::byte> out) {
  std::byte buffer[1024];
  const size_t most = std::min(out.size(), sizeof(buffer) - 64);
  const io::Answer answer = TRY(Ask({.method = io::Method::kReadDirents, .count = most}, buffer));
  if (answer.data.size() > out.size()) return base::Error(ZX_ERR_IO_INVALID);
  std::ranges::copy(answer.data, out.begin());
  return answer.data.size();
}

base::Result<> RemoteNode::Rewind() {
  std::byte buffer[64];
  TRY(Ask({.method = io::Method::kRewind}, buffer));
  return {};
}

}  // namespace rt
