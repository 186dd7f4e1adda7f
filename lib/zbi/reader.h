// SPDX-License-Identifier: BSD-2-Clause
// Reads a ZBI in place. Total: nothing outside the bytes given is read, whatever they say.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/bytes.h"
#include "lib/base/format.h"
#include "lib/zbi/format.h"

namespace zbi {

// What can be wrong with an image. The comments give Finding::found and Finding::expected.
enum class Code : uint8_t {
  kNone,
  kTooShort,         // bytes present; size of a header
  kNotContainer,     // type; kContainer
  kBadMagic,         // magic; kMagic
  kBadExtra,         // extra; kContainerExtra
  kNoVersion,        // flags; kFlagVersion
  kBadLength,        // length; kAlignment
  kContainerCut,     // size the container claims; bytes present
  kItemHeaderCut,    // bytes left in the container; size of a header
  kItemBeyondEnd,    // length; bytes left behind its header
  kBadChecksumMark,  // crc32 field; kNoCrc
  kBadChecksum,      // crc32 field; the true one
};

std::string_view Name(Code code);

// What was found wrong, and where.
struct Finding {
  Code code = Code::kNone;
  // Of the bad header, in bytes from the start of the container.
  uint64_t offset = 0;
  uint64_t found = 0;
  uint64_t expected = 0;

  // Prints one sentence without a final stop.
  void Describe(base::FormatSink& sink) const;
};

// Whether checksums are looked at. Discarded items have none worth checking.
enum class Checksum : uint8_t { kTrust, kVerify };

struct Item {
  uint32_t type = 0;
  uint32_t extra = 0;
  uint32_t flags = 0;
  // Of the item's header and of its payload, in bytes from the start of the container.
  uint64_t header_offset = 0;
  uint64_t payload_offset = 0;
  base::Bytes payload;
};

// Goes through a container's items:
//
//   zbi::Reader reader(bytes, zbi::Checksum::kTrust);
//   while (const auto item = reader.Next()) ...
//   if (reader.failed()) reader.error().Describe(sink);
//
// The bytes must stay; payloads point into them.
class Reader {
 public:
  // `bytes` starts with the container's header and may go on behind the container's end.
  Reader(base::Bytes bytes, Checksum checksum);

  // The next item, discarded ones included; nothing at the end or when something is wrong.
  std::optional<Item> Next();

  bool failed() const { return error_.code != Code::kNone; }
  const Finding& error() const { return error_; }
  // The size of the container with its header, in bytes; 0 if its header is wrong.
  uint64_t size_bytes() const { return container_.size(); }

 private:
  void Fail(Code code, uint64_t offset, uint64_t found, uint64_t expected);
  void Open(base::Bytes bytes);
  bool CheckHeader(const Header& header);
  bool CheckCrc(const Header& header, base::Bytes payload);

  const Checksum checksum_;
  base::Bytes container_;
  uint64_t at_ = sizeof(Header);
  Finding error_;
};

// The first item of `type` in the container at `bytes`; nothing when there is none or when the image
// is broken before it, which `error` tells apart.
std::optional<Item> FindItem(base::Bytes bytes, uint32_t type, Checksum checksum, Finding& error);

// The size a container claims, header included, from its first bytes; 0 when they are no container.
uint64_t ClaimedSize(base::Bytes first_bytes);

}  // namespace zbi
