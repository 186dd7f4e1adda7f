// SPDX-License-Identifier: BSD-2-Clause
// Serves trees of files over channels, in the part of fuchsia.io that lib/io knows: open, clone, close,
// attributes, read, seek, list, backing memory. Nothing can be written.
//
// It waits for nobody: its owner's port gets a packet when a connection has something to say, and one
// request is served for each. A request that breaks the protocol ends its connection with an epitaph.
// One that fails in the way of the protocol is answered.
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/port.h>

#include <array>
#include <cstdint>
#include <memory>

#include "lib/io/message.h"
#include "runner/files/source.h"

namespace runner {

class FileServer {
 public:
  // Keys of packets for it are `first_key` plus less than 2^48.
  // `port` outlives the server. Errors: ZX_ERR_NO_MEMORY.
  static base::Result<FileServer> Create(const zx::port& port, uint64_t first_key, uint16_t most_connections);
  FileServer(FileServer&&) = default;

  // The client's end of a new connection to the root of `source`, which stays until Drop(); `flags` are
  // those of an Open of it.
  // Errors: ZX_ERR_NO_RESOURCES all connections are in use; ZX_ERR_NO_MEMORY.
  base::Result<zx::channel> Connect(const FileSource& source, uint64_t flags);
  // Ends all connections to `source`.
  void Drop(const FileSource& source);

  // Whether a packet with this key is for the server.
  bool Owns(uint64_t key) const { return key - first_key_ < (uint64_t{1} << 48); }
  // Serves what the packet is about. A packet about a connection that has ended does nothing.
  void OnPacket(uint64_t key);

  uint32_t connection_count() const { return connection_count_; }

 private:
  struct Connection {
    zx::channel channel;
    const FileSource* source = nullptr;
    io::Node node;
    uint64_t flags = 0;
    uint64_t position = 0;  // of a file in bytes, of a directory in entries
    // Part of the key, so that a late packet does not meet the next connection in this place.
    uint32_t generation = 0;
  };
  struct Buffers {
    std::array<std::byte, io::kMaxMessageBytes> request;
    std::array<std::byte, io::kMaxMessageBytes> answer;
  };

  FileServer(const zx::port& port, uint64_t first_key, uint16_t most, std::unique_ptr<Connection[]> connections,
             std::unique_ptr<Buffers> buffers)
      : port_(port), first_key_(first_key), most_(most), connections_(std::move(connections)),
        buffers_(std::move(buffers)) {}

  // Takes the server's end of a new connection; on failure its client finds an epitaph.
  void Accept(zx::channel channel, const FileSource& source, const io::Node& node, uint64_t flags);
  zx_status_t TryAccept(zx::channel& channel, const FileSource& source, const io::Node& node, uint64_t flags);
  zx_status_t Arm(const Connection& connection);
  void Close(Connection& connection);
  void CloseWith(Connection& connection, zx_status_t epitaph);
  void SendEpitaph(const zx::channel& channel, zx_status_t status);

  void ServeOne(Connection& connection);
  // The answer's size in the buffer, 0 for none, or the epitaph that ends the connection.
  base::Result<size_t> Serve(Connection& connection, const io::Request& request, zx::channel argument, zx::vmo& memory);
  base::Result<size_t> ServeFile(Connection& connection, const io::Request& request, zx::vmo& memory);
  base::Result<size_t> ServeDirectory(Connection& connection, const io::Request& request, zx::channel argument);
  void Open(Connection& connection, const io::Request& request, zx::channel object);
  static base::Result<io::Node> FindFor(const Connection& connection, const io::Request& request);
  size_t GetAttributes(const Connection& connection, const io::Request& request);
  size_t Read(Connection& connection, const io::Request& request);
  size_t Seek(Connection& connection, const io::Request& request);
  size_t GetMemory(const Connection& connection, const io::Request& request, zx::vmo& memory);
  size_t List(Connection& connection, const io::Request& request);

  const zx::port& port_;
  uint64_t first_key_;
  uint16_t most_;
  uint32_t connection_count_ = 0;
  std::unique_ptr<Connection[]> connections_;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace runner
