// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/launch/loader_service.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <algorithm>

namespace launch {
namespace {

constexpr zx_signals_t kSignals = ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED;

base::Result<> SendReply(const zx::channel& to, const ldsvc::Request& request, zx_status_t status,
                         zx::vmo object) {
  std::byte bytes[ldsvc::kReplyBytes];
  const bool has_object = object.is_valid();
  ldsvc::EncodeReply({request.transaction, request.method, status, has_object}, bytes);
  const zx_handle_t handle = object.release();
  return base::FromStatus(to.write(0, bytes, sizeof(bytes), &handle, has_object ? 1 : 0));
}

bool IsChannel(const zx::handle& handle) {
  zx_info_handle_basic_t info = {};
  return handle.get_info(ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr) == ZX_OK &&
         info.type == ZX_OBJ_TYPE_CHANNEL;
}

}  // namespace

base::Result<> LoaderService::Add(std::string_view name, zx::vmo library) {
  const auto known = std::span(names_).first(library_count_);
  if (std::ranges::find(known, name) != known.end()) return base::Error(ZX_ERR_ALREADY_EXISTS);
  if (library_count_ == kMaxLibraries) return base::Error(ZX_ERR_NO_RESOURCES);
  names_[library_count_] = name;
  libraries_[library_count_++] = std::move(library);
  return {};
}

base::Result<> LoaderService::AddFolder(const BootFiles& files, std::string_view folder) {
  base::Result<> result;
  files.ForEach(folder, [&](const bootfs::File& entry) {
    if (!result) return;
    auto file = files.OpenExecutable(entry.name);
    result = file ? Add(entry.name.substr(folder.size()), std::move(*file))
                  : base::Result<>(base::Error(file.error()));
  });
  return result;
}

base::Result<> LoaderService::Serve(zx::channel client) { return Place(std::move(client), {}); }

base::Result<> LoaderService::Place(zx::channel channel, const ldsvc::LibrarySearch& search) {
  const auto free = std::ranges::find_if(
      clients_, [](const Client& client) { return !client.channel.is_valid(); });
  if (free == clients_.end()) return base::Error(ZX_ERR_NO_RESOURCES);
  free->channel = std::move(channel);
  free->search = search;
  const auto awaited = Await(static_cast<size_t>(free - clients_.begin()));
  if (!awaited) free->channel.reset();
  return awaited;
}

base::Result<> LoaderService::Await(size_t index) const {
  return base::FromStatus(
      clients_[index].channel.wait_async(port_, uint64_t{tag_} << 32 | index, kSignals, 0));
}

bool LoaderService::Dispatch(const zx_port_packet_t& packet) {
  if (packet.key >> 32 != tag_) return false;
  const auto index = static_cast<size_t>(packet.key & UINT32_MAX);
  if (index >= kMaxClients) return false;
  Client& client = clients_[index];
  if (!client.channel.is_valid()) return true;
  // Whatever goes wrong between a client and us ends that client and nobody else.
  if (!AnswerNext(client) || !Await(index)) client.channel.reset();
  return true;
}

base::Result<> LoaderService::AnswerNext(Client& client) {
  std::byte bytes[ldsvc::kMaxRequestBytes];
  uint32_t size = 0;
  uint32_t handle_count = 0;
  zx::handle handle;
  // A message with more bytes or handles than any request is refused here.
  TRY(base::FromStatus(client.channel.read(0, bytes, handle.reset_and_get_address(), sizeof(bytes),
                                           1, &size, &handle_count)));
  const auto request = ldsvc::DecodeRequest(base::Bytes(bytes, size), handle_count);
  if (!request) return base::Error(ZX_ERR_INVALID_ARGS);
  return Answer(client, *request, std::move(handle));
}

base::Result<> LoaderService::Answer(Client& client, const ldsvc::Request& request,
                                     zx::handle handle) {
  zx_status_t status = ZX_OK;
  zx::vmo object;
  switch (request.method) {
    case ldsvc::Method::kDone:
      return base::Error(ZX_ERR_STOP);
    case ldsvc::Method::kLoadObject:
      status = Load(client, request.text, object);
      break;
    case ldsvc::Method::kConfig:
      status = client.search.Configure(request.text);
      break;
    case ldsvc::Method::kClone:
      // Anything else could be waited for in vain and would keep its place for ever.
      status = IsChannel(handle)
                   ? base::ToStatus(Place(zx::channel(handle.release()), client.search))
                   : ZX_ERR_WRONG_TYPE;
      break;
  }
  return SendReply(client.channel, request, status, std::move(object));
}

zx_status_t LoaderService::Load(const Client& client, std::string_view name, zx::vmo& out) const {
  const auto index = client.search.Find(name, std::span(names_).first(library_count_));
  if (!index) return ZX_ERR_NOT_FOUND;
  return libraries_[*index].duplicate(kLibraryRights, &out);
}

size_t LoaderService::client_count() const {
  return static_cast<size_t>(std::ranges::count_if(
      clients_, [](const Client& client) { return client.channel.is_valid(); }));
}

}  // namespace launch
