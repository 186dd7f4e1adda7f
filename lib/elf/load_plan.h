// SPDX-License-Identifier: BSD-2-Clause
// From program headers to what has to be mapped where.
//
// The same plan is turned into physical pages by the boot stage, into VMOs and a VMAR by userboot
// and the runner, and into a byte vector by tests. Addresses are link-time addresses; the loader
// adds its bias (where the first page went minus LoadPlan::first_page()).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "lib/base/align.h"
#include "lib/base/bytes.h"
#include "lib/elf/diagnostics.h"
#include "lib/elf/format.h"
#include "lib/elf/header.h"
#include "lib/elf/options.h"

namespace elf {

// A range of the file and the addresses it is loaded at. Empty when the file has no such thing.
struct Range {
  uint64_t file_offset = 0;
  uint64_t file_size = 0;
  uint64_t vaddr = 0;
  uint64_t memory_size = 0;
  uint64_t align = 0;

  bool empty() const { return memory_size == 0; }
};

// What a segment needs for its pages.
enum class SegmentKind : uint8_t {
  kConstant,      // file pages as they are, not writable
  kData,          // private copy of file pages
  kDataZeroFill,  // private copy, tail of the last file page zeroed, then zero pages
  kZeroFill,      // zero pages only
};

// One PT_LOAD with a size. Page-rounded values use kPageSize.
struct Segment : Range {
  bool readable = false;
  bool writable = false;
  bool executable = false;

  SegmentKind kind() const {
    if (file_size == 0) return SegmentKind::kZeroFill;
    if (file_size < memory_size) return SegmentKind::kDataZeroFill;
    return writable ? SegmentKind::kData : SegmentKind::kConstant;
  }
  // First address of the first page, first address behind the last page.
  uint64_t page_start() const { return base::AlignDown(vaddr, kPageSize); }
  uint64_t page_end() const { return base::AlignUp(vaddr + memory_size, kPageSize); }
  uint64_t page_bytes() const { return page_end() - page_start(); }
  // The pages of the file behind the segment: where they start, and how many bytes of whole pages.
  uint64_t file_page_offset() const { return base::AlignDown(file_offset, kPageSize); }
  uint64_t file_page_bytes() const {
    return file_size == 0 ? 0 : base::AlignUp(vaddr + file_size, kPageSize) - page_start();
  }
  // The part of the last file page that must read as zero in the loaded program; size 0 if none.
  uint64_t zero_start() const { return vaddr + file_size; }
  uint64_t zero_bytes_in_last_file_page() const {
    return kind() == SegmentKind::kDataZeroFill ? page_start() + file_page_bytes() - zero_start() : 0;
  }
  // Whole zero pages behind the file pages.
  uint64_t zero_page_start() const { return page_start() + file_page_bytes(); }
  uint64_t zero_page_bytes() const { return page_end() - zero_page_start(); }
};

class LoadPlan {
 public:
  static constexpr size_t kMaxSegments = 16;
  static constexpr size_t kMaxNotes = 4;

  // Checks the program headers `table` (Header::table_size() bytes from Header::table_offset) of a
  // file of `file_size` bytes. Nothing but the headers is read.
  static std::optional<LoadPlan> Build(const Header& header, base::Bytes table, uint64_t file_size,
                                       const Options& options, Diagnostics& diagnostics);

  // In ascending order of address, page ranges disjoint; at least one.
  std::span<const Segment> segments() const { return {segments_.data(), segment_count_}; }
  // The page range over all segments.
  uint64_t first_page() const { return segments()[0].page_start(); }
  uint64_t end_page() const { return segments()[segment_count_ - 1].page_end(); }
  uint64_t size_bytes() const { return end_page() - first_page(); }
  uint64_t page_count() const { return size_bytes() / kPageSize; }
  // The segment that holds all of [vaddr, vaddr + size), or nullptr.
  const Segment* FindSegment(uint64_t vaddr, uint64_t size) const;

  FileType type() const { return type_; }
  Machine machine() const { return machine_; }
  uint64_t entry() const { return entry_; }
  // PT_GNU_STACK: whether there is one, its flag, and the size it asks for (0: default).
  bool has_stack() const { return has_stack_; }
  bool stack_executable() const { return stack_executable_; }
  uint64_t stack_size() const { return stack_size_; }
  const Range& interpreter() const { return interpreter_; }
  const Range& dynamic() const { return dynamic_; }
  // Becomes read-only after relocation; empty unless it lies in a writable segment.
  const Range& relro() const { return relro_; }
  const Range& tls() const { return tls_; }
  std::span<const Range> notes() const { return {notes_.data(), note_count_}; }

 private:
  class Builder;

  FileType type_ = FileType::kNone;
  Machine machine_ = Machine::kArm64;
  bool has_stack_ = false;
  bool stack_executable_ = false;
  uint64_t entry_ = 0;
  uint64_t stack_size_ = 0;
  size_t segment_count_ = 0;
  size_t note_count_ = 0;
  Range interpreter_;
  Range dynamic_;
  Range relro_;
  Range tls_;
  std::array<Range, kMaxNotes> notes_;
  std::array<Segment, kMaxSegments> segments_;
};

}  // namespace elf
