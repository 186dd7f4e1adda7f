// SPDX-License-Identifier: BSD-2-Clause
#include "tools/image/zbi_packer.h"

#include <cstring>

#include "lib/base/crc32.h"
#include "lib/bootfs/bootfs.h"
#include "lib/zbi/format.h"

namespace image {

ZbiPacker::ZbiPacker() {
  Append(bytes_, zbi::Header{zbi::kContainer, 0, zbi::kContainerExtra, zbi::kFlagVersion, 0, 0,
                             zbi::kMagic, zbi::kNoCrc});
}

void ZbiPacker::Add(uint32_t type, uint32_t extra, std::span<const std::byte> payload) {
  zbi::Header header = {type, static_cast<uint32_t>(payload.size()), extra,
                        zbi::kFlagVersion | zbi::kFlagCrc32, 0, 0, zbi::kMagic, 0};
  header.crc32 = base::Crc32(payload, base::Crc32(std::as_bytes(std::span(&header, 1))));
  Append(bytes_, header);
  Append(bytes_, payload);
  PadTo(bytes_, zbi::kAlignment);
}

void ZbiPacker::AddCommandLine(std::string_view text) {
  if (!text.empty()) Add(zbi::kCommandLine, 0, AsBytes(text));
}

void ZbiPacker::AddBootfs(std::span<const std::byte> bootfs) {
  // Behind the two headers the payload must start at a page.
  const size_t used = bytes_.size() + 2 * sizeof(zbi::Header);
  const size_t padding = (bootfs::kPageSize - used % bootfs::kPageSize) % bootfs::kPageSize;
  Add(zbi::kDiscard, 0, Bytes(padding));
  Add(zbi::kBootfs, static_cast<uint32_t>(bootfs.size()), bootfs);
}

Bytes ZbiPacker::Finish() && {
  const uint32_t length = static_cast<uint32_t>(bytes_.size() - sizeof(zbi::Header));
  memcpy(bytes_.data() + offsetof(zbi::Header, length), &length, sizeof length);
  return std::move(bytes_);
}

}  // namespace image
