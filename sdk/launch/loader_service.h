// SPDX-License-Identifier: BSD-2-Clause
// Serves the libraries of one package to the dynamic linkers of its programs.
//
// Clients ask in the loader protocol (lib/ldsvc); what they get are the VMOs of the list and
// nothing else. Driven by the caller's port, never waits, no heap. A client that sends anything
// malformed loses its channel.
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/port.h>
#include <lib/zx/vmo.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/base/result.h"
#include "lib/ldsvc/library_search.h"
#include "lib/ldsvc/message.h"
#include "sdk/launch/boot_files.h"

namespace launch {

class LoaderService {
 public:
  static constexpr size_t kMaxLibraries = 64;
  static constexpr size_t kMaxClients = 64;
  // What a client may do with a library: map it and copy it, but not change it for other clients.
  static constexpr zx_rights_t kLibraryRights = ZX_RIGHT_DUPLICATE | ZX_RIGHT_TRANSFER |
                                                ZX_RIGHT_READ | ZX_RIGHT_EXECUTE | ZX_RIGHT_MAP |
                                                ZX_RIGHT_GET_PROPERTY | ZX_RIGHT_INSPECT;

  // Packets about clients arrive at `port`, which must outlive the service, with `tag` in the upper
  // half of their keys.
  LoaderService(const zx::port& port, uint32_t tag) : port_(port), tag_(tag) {}
  LoaderService(const LoaderService&) = delete;
  LoaderService& operator=(const LoaderService&) = delete;

  // Puts a library on the list. `name`, the path below lib/, must outlive the service; `library`
  // needs kLibraryRights and is never handed out with more.
  // Errors: ZX_ERR_NO_RESOURCES the list is full, ZX_ERR_ALREADY_EXISTS.
  base::Result<> Add(std::string_view name, zx::vmo library);
  // Adds every file below `folder`, such as "lib/", under its path from there. `files` must stay.
  // Errors: those of Add and BootFiles::OpenExecutable; the files before the failure are added.
  base::Result<> AddFolder(const BootFiles& files, std::string_view folder);

  // Serves the other end of `client` until it is closed or says that it is done.
  // Errors: ZX_ERR_NO_RESOURCES too many clients, those of zx_object_wait_async.
  base::Result<> Serve(zx::channel client);

  // Answers one request of the client that `packet` is about. Returns false for a packet of others.
  bool Dispatch(const zx_port_packet_t& packet);

  size_t client_count() const;

 private:
  struct Client {
    zx::channel channel;
    ldsvc::LibrarySearch search;
  };

  base::Result<> Place(zx::channel channel, const ldsvc::LibrarySearch& search);
  base::Result<> Await(size_t index) const;
  base::Result<> AnswerNext(Client& client);
  base::Result<> Answer(Client& client, const ldsvc::Request& request, zx::handle handle);
  // ZX_OK and a copy of the library's handle, or why not.
  zx_status_t Load(const Client& client, std::string_view name, zx::vmo& out) const;

  const zx::port& port_;
  const uint32_t tag_;
  size_t library_count_ = 0;
  std::array<std::string_view, kMaxLibraries> names_;
  std::array<zx::vmo, kMaxLibraries> libraries_;
  std::array<Client, kMaxClients> clients_;
};

}  // namespace launch
