// SPDX-License-Identifier: BSD-2-Clause
#include "runner/files/boot_source.h"

#include <string.h>

#include <algorithm>

namespace runner {

void BootSource::ForEach(std::string_view prefix, Visitor& visitor) const {
  bool go_on = true;
  files_.ForEach(prefix, [&](const bootfs::File& file) {
    if (go_on) go_on = visitor.Visit({.path = file.name, .size = file.size, .id = file.offset});
  });
}

base::Result<size_t> BootSource::Read(const io::Node& file, uint64_t offset, std::span<std::byte> out) const {
  const base::Bytes contents = TRY(files_.Contents(file.path));
  if (offset >= contents.size()) return 0;
  const size_t size = std::min(out.size(), contents.size() - static_cast<size_t>(offset));
  if (size != 0) memcpy(out.data(), contents.data() + offset, size);
  return size;
}

base::Result<zx::vmo> BootSource::OpenMemory(const io::Node& file, bool execute) const {
  return execute ? files_.OpenExecutable(file.path) : files_.OpenFile(file.path);
}

}  // namespace runner
