// SPDX-License-Identifier: BSD-2-Clause
// A few short texts as a tree: the runtime directory of a component (runner.md section 11).
#pragma once

#include <cstdint>
#include <memory>

#include "runner/files/source.h"

namespace runner {

class TextSource final : public FileSource {
 public:
  // Room for `most_files` files.
  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<TextSource> Create(size_t most_files);

  // Adds a file. Path and text are kept as they are: they outlive the source.
  // Errors: ZX_ERR_INVALID_ARGS not a path, or not behind all present paths; ZX_ERR_NO_SPACE no room left.
  base::Result<> Add(std::string_view path, std::string_view text);
  // A file whose text is a number.
  base::Result<> AddNumber(std::string_view path, int64_t number);

  void ForEach(std::string_view prefix, Visitor& visitor) const override;
  base::Result<size_t> Read(const io::Node& file, uint64_t offset, std::span<std::byte> out) const override;
  base::Result<zx::vmo> OpenMemory(const io::Node& file, bool execute) const override;

 private:
  struct Entry {
    std::string_view path;
    std::string_view text;  // empty: the digits
    uint8_t digit_count = 0;
    char digits[20];
    std::string_view contents() const { return text.data() != nullptr ? text : std::string_view(digits, digit_count); }
  };

  TextSource(std::unique_ptr<Entry[]> entries, size_t capacity) : entries_(std::move(entries)), capacity_(capacity) {}
  base::Result<Entry*> NextEntry(std::string_view path);

  std::unique_ptr<Entry[]> entries_;
  size_t capacity_;
  size_t count_ = 0;
};

}  // namespace runner
