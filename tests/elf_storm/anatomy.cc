// SPDX-License-Identifier: BSD-2-Clause
#include "tests/elf_storm/anatomy.h"

namespace elf_storm {
namespace {

uint64_t FileOffset(const elf::Segment& segment, uint64_t vaddr) {
  return segment.file_offset + (vaddr - segment.vaddr);
}

}  // namespace

Anatomy::Anatomy(base::Bytes file, const elf::LoadPlan& plan) {
  const auto header = *base::Read<elf::FileHeader>(file, 0);
  headers_offset_ = header.phoff;
  header_count_ = header.phnum;
  // ident: magic, class, byte order, version, ABI and its version; then the members in order.
  Add(0, {4, 1, 1, 1, 1, 1, 7, 2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2});
  for (size_t i = 0; i < header_count_; ++i) {
    Add(headers_offset_ + i * sizeof(elf::ProgramHeader), {4, 4, 8, 8, 8, 8, 8, 8});
  }
  for (const elf::Range& note : plan.notes()) Add(note.file_offset, {4, 4, 4});
  AddDynamic(file, plan);

  const elf::Segment* text = plan.FindSegment(plan.entry(), 1);
  text_ = {text->file_offset, text->file_size};
  entry_offset_ = FileOffset(*text, plan.entry());
}

void Anatomy::Add(uint64_t offset, std::initializer_list<uint32_t> sizes) {
  for (const uint32_t size : sizes) {
    if (field_count_ == kMaxFields) return;
    fields_[field_count_++] = {static_cast<uint32_t>(offset), size};
    offset += size;
  }
}

void Anatomy::AddDynamic(base::Bytes file, const elf::LoadPlan& plan) {
  const elf::Range& dynamic = plan.dynamic();
  for (uint64_t at = 0; at < dynamic.file_size; at += sizeof(elf::DynamicEntry)) {
    Add(dynamic.file_offset + at, {8, 8});
    const auto entry = *base::Read<elf::DynamicEntry>(file, dynamic.file_offset + at);
    switch (entry.tag) {
      case elf::kDtRela:
      case elf::kDtRel:
      case elf::kDtRelr:
      case elf::kDtJumpRel:
      case elf::kDtSymbolTable:
      case elf::kDtGnuHash:
        AddWords(plan, entry.value);
        break;
      default:
        break;
    }
    if (entry.tag == elf::kDtNull) return;
  }
}

void Anatomy::AddWords(const elf::LoadPlan& plan, uint64_t vaddr) {
  for (size_t i = 0; i < kMaxWords; ++i, vaddr += 8) {
    const elf::Segment* segment = plan.FindSegment(vaddr, 8);
    if (segment == nullptr || vaddr + 8 > segment->vaddr + segment->file_size) return;
    Add(FileOffset(*segment, vaddr), {8});
  }
}

}  // namespace elf_storm
