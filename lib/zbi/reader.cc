// SPDX-License-Identifier: BSD-2-Clause
#include "lib/zbi/reader.h"

#include "lib/base/align.h"
#include "lib/base/crc32.h"

namespace zbi {
namespace {

struct Text {
  std::string_view name;
  std::string_view sentence;  // Takes offset, found and expected, in this order.
};

Text TextOf(Code code) {
  switch (code) {
    case Code::kNone:
      return {"None", ""};
    case Code::kTooShort:
      return {"TooShort", "at {x}: {} bytes are too few for a header of {} bytes"};
    case Code::kNotContainer:
      return {"NotContainer", "at {x}: no ZBI container: type {x} instead of {x}"};
    case Code::kBadMagic:
      return {"BadMagic", "header at {x}: magic {x} instead of {x}"};
    case Code::kBadExtra:
      return {"BadExtra", "container at {x}: extra {x} instead of {x}"};
    case Code::kNoVersion:
      return {"NoVersion", "header at {x}: flags {x} without the version flag {x}"};
    case Code::kBadLength:
      return {"BadLength", "container at {x}: length {} is not a multiple of {}"};
    case Code::kContainerCut:
      return {"ContainerCut", "container at {x}: it has {} bytes, but only {} are there"};
    case Code::kItemHeaderCut:
      return {"ItemHeaderCut", "item at {x}: {} bytes are left, its header has {}"};
    case Code::kItemBeyondEnd:
      return {"ItemBeyondEnd", "item at {x}: its payload of {} bytes goes beyond the {} that are left"};
    case Code::kBadChecksumMark:
      return {"BadChecksumMark", "item at {x}: checksum field {x} of an item without one, must be {x}"};
    case Code::kBadChecksum:
      return {"BadChecksum", "item at {x}: checksum {x}, computed {x}"};
  }
  return {"", ""};
}

}  // namespace

std::string_view Name(Code code) { return TextOf(code).name; }

void Finding::Describe(base::FormatSink& sink) const {
  base::FormatTo(sink, TextOf(code).sentence, offset, found, expected);
}

Reader::Reader(base::Bytes bytes, Checksum checksum) : checksum_(checksum) { Open(bytes); }

void Reader::Fail(Code code, uint64_t offset, uint64_t found, uint64_t expected) {
  error_ = {.code = code, .offset = offset, .found = found, .expected = expected};
}

void Reader::Open(base::Bytes bytes) {
  const auto header = base::Read<Header>(bytes, 0);
  if (!header) return Fail(Code::kTooShort, 0, bytes.size(), sizeof(Header));
  if (header->type != kContainer) return Fail(Code::kNotContainer, 0, header->type, kContainer);
  at_ = 0;
  if (!CheckHeader(*header)) return;
  if (header->extra != kContainerExtra) {
    return Fail(Code::kBadExtra, 0, header->extra, kContainerExtra);
  }
  if (header->length % kAlignment != 0) {
    return Fail(Code::kBadLength, 0, header->length, kAlignment);
  }
  const uint64_t size = sizeof(Header) + uint64_t{header->length};
  const auto container = base::Slice(bytes, 0, size);
  if (!container) return Fail(Code::kContainerCut, 0, size, bytes.size());
  container_ = *container;
  at_ = sizeof(Header);
}

// What the container and the items have in common. `at_` is the header's place.
bool Reader::CheckHeader(const Header& header) {
  if (header.magic != kMagic) {
    Fail(Code::kBadMagic, at_, header.magic, kMagic);
    return false;
  }
  if ((header.flags & kFlagVersion) == 0) {
    Fail(Code::kNoVersion, at_, header.flags, kFlagVersion);
    return false;
  }
  return true;
}

bool Reader::CheckCrc(const Header& header, base::Bytes payload) {
  if ((header.flags & kFlagCrc32) == 0) {
    if (header.crc32 == kNoCrc) return true;
    Fail(Code::kBadChecksumMark, at_, header.crc32, kNoCrc);
    return false;
  }
  Header without = header;
  without.crc32 = 0;
  const uint32_t crc =
      base::Crc32(payload, base::Crc32(std::as_bytes(std::span<const Header>(&without, 1))));
  if (header.crc32 == crc) return true;
  Fail(Code::kBadChecksum, at_, header.crc32, crc);
  return false;
}

std::optional<Item> Reader::Next() {
  if (failed() || at_ >= container_.size()) return std::nullopt;
  const auto header = base::Read<Header>(container_, at_);
  if (!header) {
    Fail(Code::kItemHeaderCut, at_, container_.size() - at_, sizeof(Header));
    return std::nullopt;
  }
  if (!CheckHeader(*header)) return std::nullopt;
  const uint64_t payload_offset = at_ + sizeof(Header);
  const auto payload = base::Slice(container_, payload_offset, header->length);
  if (!payload) {
    Fail(Code::kItemBeyondEnd, at_, header->length, container_.size() - payload_offset);
    return std::nullopt;
  }
  if (checksum_ == Checksum::kVerify && header->type != kDiscard && !CheckCrc(*header, *payload)) {
    return std::nullopt;
  }
  const Item item{.type = header->type,
                  .extra = header->extra,
                  .flags = header->flags,
                  .header_offset = at_,
                  .payload_offset = payload_offset,
                  .payload = *payload};
  at_ = payload_offset + base::AlignUp(uint64_t{header->length}, kAlignment);
  return item;
}

std::optional<Item> FindItem(base::Bytes bytes, uint32_t type, Checksum checksum, Finding& error) {
  Reader reader(bytes, checksum);
  while (const auto item = reader.Next()) {
    if (item->type == type) return item;
  }
  error = reader.error();
  return std::nullopt;
}

uint64_t ClaimedSize(base::Bytes first_bytes) {
  const auto header = base::Read<Header>(first_bytes, 0);
  if (!header || header->type != kContainer || header->magic != kMagic) return 0;
  return sizeof(Header) + uint64_t{header->length};
}

}  // namespace zbi
