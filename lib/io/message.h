// SPDX-License-Identifier: BSD-2-Clause
// fuchsia.io messages as bytes, in FIDL's wire format 2. This header and message.cc are the only
// places that know them. A message is
//
//   0  transaction u32     chosen by the client, repeated in the answer; 0: no answer is expected
//   4  flags       u8[3]   {2, 0, 0}
//   7  magic       u8      1
//   8  ordinal     u64     Method, or kEpitaph
//  16  body                fields as in C, the whole padded with zeros to a multiple of 8
//
// and behind the fixed part of the body stand, in the same order, the bytes of strings and vectors
// (fixed part: length u64, then ~0), tables (field count u64, then ~0; an envelope per field) and large
// results. An envelope is size u32, handles u16, flags u16; values of up to 4 bytes stand in place of
// the size, with flag 1. A result is a union: 1 the answer, 2 a zx_status_t. A handle is ~0 u32.
#pragma once

#include <zircon/types.h>

#include <optional>
#include <span>
#include <string_view>

#include "lib/base/bytes.h"
#include "lib/base/result.h"
#include "lib/io/format.h"

namespace io {

// Large enough for every message here.
inline constexpr size_t kMaxMessageBytes = kMaxTransfer + 64;

struct Request {
  uint32_t transaction = 0;
  Method method = Method::kClose;
  std::string_view path = {};  // Open; points into the message
  uint64_t flags = 0;          // Open, GetBackingMemory; GetAttributes: the query
  uint64_t count = 0;          // Read, ReadAt, ReadDirents: bytes at most
  int64_t offset = 0;          // ReadAt, Seek
  SeekOrigin origin = SeekOrigin::kStart;
};

// The request in `message`, which came with `handle_count` handles. Clone and Open have one, a
// channel; the others none.
// Errors: ZX_ERR_INVALID_ARGS some byte or number is not as drawn above; ZX_ERR_NOT_SUPPORTED a
// well-formed header of another method.
base::Result<Request> DecodeRequest(base::Bytes message, size_t handle_count);

// Writes `request` and returns its size. `buffer` has kMaxMessageBytes.
// Errors: ZX_ERR_INVALID_ARGS a path longer than kMaxPath.
base::Result<size_t> EncodeRequest(const Request& request, std::span<std::byte> buffer);

struct Attributes {
  NodeKind kind = NodeKind::kFile;
  uint64_t abilities = 0;  // Bits of Open's flags below 1 << 32
  uint64_t content_size = 0;
  uint64_t storage_size = 0;
  uint64_t link_count = 1;
  uint64_t id = 0;
};

// Makes answers in `buffer` of kMaxMessageBytes; each returns the answer's size.
class Answers {
 public:
  explicit Answers(std::span<std::byte> buffer) : buffer_(buffer) {}

  // Close, and Seek, Read, ReadAt, GetAttributes, GetBackingMemory when they fail. `status` is ZX_OK
  // only with Close.
  size_t Status(const Request& request, zx_status_t status);
  // The fields that the query asks for.
  size_t GetAttributes(const Request& request, const Attributes& attributes);
  size_t Seek(const Request& request, uint64_t offset);
  // The VMO goes along as the only handle.
  size_t BackingMemory(const Request& request);
  size_t Rewind(const Request& request, zx_status_t status);
  size_t Epitaph(zx_status_t status);

  // Where the bytes of Read, ReadAt and ReadDirents go, before the call that finishes the answer; at
  // most kMaxTransfer.
  std::span<std::byte> DataOf(Method method);
  size_t Data(const Request& request, size_t size);
  size_t Dirents(const Request& request, zx_status_t status, size_t size);

 private:
  std::span<std::byte> buffer_;
};

// An answer as its client sees it.
struct Answer {
  uint32_t transaction = 0;
  bool is_epitaph = false;
  zx_status_t status = ZX_OK;
  base::Bytes data = {};  // Read, ReadAt, ReadDirents; points into the message
  uint64_t offset = 0;    // Seek
  Attributes attributes = {};  // GetAttributes; fields that are missing are zero
};

// The answer to `method` in `message`; nothing for anything that is not one.
std::optional<Answer> DecodeAnswer(Method method, base::Bytes message, size_t handle_count);

// One entry of ReadDirents' data: id u64, size u8, type u8, name.
struct Dirent {
  uint64_t id = 0;
  uint8_t type = 0;
  std::string_view name = {};
};
inline constexpr size_t kDirentHeader = 10;
// Appends an entry at `used`; false when it does not fit, and nothing is written.
bool PutDirent(std::span<std::byte> data, size_t& used, const Dirent& entry);
// Takes the first entry off `data`; nothing at its end or when it is broken.
std::optional<Dirent> TakeDirent(base::Bytes& data);

}  // namespace io
