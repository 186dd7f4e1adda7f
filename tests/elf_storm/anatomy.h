// SPDX-License-Identifier: BSD-2-Clause
// Where a sound ELF file keeps what a mutation aims at.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "lib/base/bytes.h"
#include "lib/elf/load_plan.h"

namespace elf_storm {

// A number in the file.
struct Field {
  uint32_t offset;
  uint32_t size;
};

struct Area {
  uint64_t offset = 0;
  uint64_t size = 0;
};

class Anatomy {
 public:
  // Relocation tables, each up to this many of its words.
  static constexpr size_t kMaxWords = 32;

  // `plan` is that of `file`.
  Anatomy(base::Bytes file, const elf::LoadPlan& plan);

  // The numbers of file header, program headers, dynamic section, relocations and notes.
  std::span<const Field> fields() const { return std::span(fields_).first(field_count_); }
  // The program headers.
  uint64_t headers_offset() const { return headers_offset_; }
  size_t header_count() const { return header_count_; }
  // The segment the entry point is in, and where that is in the file.
  const Area& text() const { return text_; }
  uint64_t entry_offset() const { return entry_offset_; }

 private:
  static constexpr size_t kMaxFields = 768;

  void Add(uint64_t offset, std::initializer_list<uint32_t> sizes);
  void AddDynamic(base::Bytes file, const elf::LoadPlan& plan);
  void AddWords(const elf::LoadPlan& plan, uint64_t vaddr);

  uint64_t headers_offset_ = 0;
  size_t header_count_ = 0;
  Area text_;
  uint64_t entry_offset_ = 0;
  size_t field_count_ = 0;
  std::array<Field, kMaxFields> fields_;
};

}  // namespace elf_storm
