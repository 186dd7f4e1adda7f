// SPDX-License-Identifier: BSD-2-Clause
// A file or directory of the namespace, at the other end of a channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <zircon/types.h>

#include "lib/base/result.h"
#include "lib/io/message.h"

namespace rt {

// Owns its connection. One thread at a time.
class RemoteNode {
 public:
  RemoteNode() = default;
  RemoteNode(RemoteNode&& other) noexcept;
  RemoteNode& operator=(RemoteNode&& other) noexcept;
  ~RemoteNode() { Close(); }

  // What `path`, absolute or taken as such, names in the namespace the program was given.
  // Errors: ZX_ERR_NOT_FOUND, ZX_ERR_BAD_PATH longer than any path, ZX_ERR_NO_RESOURCES, and what the
  // server says.
  static base::Result<RemoteNode> Open(std::string_view path, bool must_be_directory);

  bool is_directory() const { return attributes_.kind == io::NodeKind::kDirectory; }
  const io::Attributes& attributes() const { return attributes_; }
  bool is_open() const { return channel_ != ZX_HANDLE_INVALID; }
  void Close();

  // Copies contents from `offset` on; returns how many bytes, 0 behind the end.
  base::Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> out);
  // The next entries of a directory, in `out`; none at the end.
  base::Result<size_t> ReadEntries(std::span<std::byte> out);
  base::Result<> Rewind();

 private:
  // Sends `request` and takes the answer, which points into `buffer`.
  base::Result<io::Answer> Ask(io::Request request, std::span<std::byte> buffer, zx_handle_t* handle = nullptr);
  base::Result<> Describe();
  // Where the server can give the contents as memory, reading needs nobody.
  void TakeMemory();

  zx_handle_t channel_ = ZX_HANDLE_INVALID;
  zx_handle_t memory_ = ZX_HANDLE_INVALID;
  io::Attributes attributes_;
};

// The path as the namespace sees it: which start-up directory, and the rest.
struct Place {
  zx_handle_t directory = ZX_HANDLE_INVALID;
  std::string_view rest = {};  // "." for the directory itself
};
// The start-up directory with the longest name that `path` begins with.
Place FindPlace(std::string_view path);

}  // namespace rt
