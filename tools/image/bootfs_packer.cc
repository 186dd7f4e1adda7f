// SPDX-License-Identifier: BSD-2-Clause
#include "tools/image/bootfs_packer.h"

#include <limits>

#include "lib/base/align.h"
#include "lib/bootfs/bootfs.h"

namespace image {
namespace {

constexpr size_t kEntryAlignment = 4;

size_t EntryBytes(const std::string& name) {
  return base::AlignUp(sizeof(bootfs::Entry) + name.size() + 1, kEntryAlignment);
}

}  // namespace

std::optional<Bytes> PackBootfs(const Files& files) {
  uint64_t directory_bytes = 0;
  for (const auto& [name, contents] : files) {
    if (name.empty() || name.size() + 1 > bootfs::kMaxNameSize) return std::nullopt;
    directory_bytes += EntryBytes(name);
  }
  uint64_t offset = base::AlignUp(sizeof(bootfs::Header) + directory_bytes, bootfs::kPageSize);

  Bytes image;
  Append(image, bootfs::Header{bootfs::kMagic, static_cast<uint32_t>(directory_bytes), 0, 0});
  for (const auto& [name, contents] : files) {
    Append(image, bootfs::Entry{static_cast<uint32_t>(name.size() + 1),
                                static_cast<uint32_t>(contents.size()),
                                static_cast<uint32_t>(offset)});
    Append(image, AsBytes(std::string_view(name.c_str(), name.size() + 1)));
    PadTo(image, kEntryAlignment);
    offset = base::AlignUp(offset + contents.size(), bootfs::kPageSize);
    if (offset > std::numeric_limits<uint32_t>::max()) return std::nullopt;
  }
  PadTo(image, bootfs::kPageSize);
  for (const auto& [name, contents] : files) {
    Append(image, contents);
    PadTo(image, bootfs::kPageSize);
  }
  return image;
}

}  // namespace image
