// SPDX-License-Identifier: BSD-2-Clause
#include "runner/files/text_source.h"

#include <string.h>

#include <algorithm>
#include <new>

#include "lib/base/format.h"

namespace runner {

base::Result<TextSource> TextSource::Create(size_t most_files) {
  std::unique_ptr<Entry[]> entries(new (std::nothrow) Entry[most_files]);
  if (!entries) return base::Error(ZX_ERR_NO_MEMORY);
  return TextSource(std::move(entries), most_files);
}

base::Result<TextSource::Entry*> TextSource::NextEntry(std::string_view path) {
  if (!io::IsPath(path) || path == ".") return base::Error(ZX_ERR_INVALID_ARGS);
  if (count_ > 0 && entries_[count_ - 1].path >= path) return base::Error(ZX_ERR_INVALID_ARGS);
  if (count_ == capacity_) return base::Error(ZX_ERR_NO_SPACE);
  Entry* entry = &entries_[count_++];
  entry->path = path;
  return entry;
}

base::Result<> TextSource::Add(std::string_view path, std::string_view text) {
  Entry* entry = TRY(NextEntry(path));
  entry->text = text.data() != nullptr ? text : "";
  return {};
}

base::Result<> TextSource::AddNumber(std::string_view path, int64_t number) {
  Entry* entry = TRY(NextEntry(path));
  entry->digit_count = static_cast<uint8_t>(base::Format(entry->digits, "{}", number).size());
  return {};
}

void TextSource::ForEach(std::string_view prefix, Visitor& visitor) const {
  for (size_t index = 0; index < count_; ++index) {
    const Entry& entry = entries_[index];
    if (!entry.path.starts_with(prefix)) continue;
    if (!visitor.Visit({.path = entry.path, .size = entry.contents().size(), .id = index + 1})) return;
  }
}

base::Result<size_t> TextSource::Read(const io::Node& file, uint64_t offset, std::span<std::byte> out) const {
  const std::string_view text = entries_[file.id - 1].contents();
  if (offset >= text.size()) return 0;
  const size_t size = std::min(out.size(), text.size() - static_cast<size_t>(offset));
  memcpy(out.data(), text.data() + offset, size);
  return size;
}

// Nobody maps a line of text.
base::Result<zx::vmo> TextSource::OpenMemory(const io::Node&, bool) const { return base::Error(ZX_ERR_NOT_SUPPORTED); }

}  // namespace runner
