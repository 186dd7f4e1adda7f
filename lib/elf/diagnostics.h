// SPDX-License-Identifier: BSD-2-Clause
// What the ELF reader found wrong with a file, as data: the caller decides whether to stop (boot
// stage), refuse (userboot, runner) or list everything (host tool).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lib/base/format.h"

namespace elf {

// Everything that can be said about a file. The comments give Finding::offset when it is not the
// file offset of the bad field, then Finding::found and Finding::expected.
enum class Code : uint8_t {
  kNone,

  // The file header.
  kHeaderTruncated,       // file size; header size
  kBadMagic,              // first four bytes as a number
  kWrongClass,            // EI_CLASS; 2
  kWrongByteOrder,        // EI_DATA; 1
  kBadVersion,            // the version; 1
  kWrongMachine,          // e_machine; the expected one
  kTypeRelocatable,       // e_type
  kTypeFixedAddress,      // e_type
  kTypeCore,              // e_type
  kTypeUnknown,           // e_type
  kBadHeaderSize,         // e_ehsize; 64
  kBadEntrySize,          // e_phentsize; 56
  kCountInSectionHeader,  // e_phnum; the limit
  kTooManyHeaders,        // e_phnum; the limit
  kHeadersMisplaced,      // e_phoff; 64
  kHeadersTruncated,      // end of the table; file size

  // Any program header.
  kBadAlignment,   // p_align; page size for loaded segments, else 0
  kNotCongruent,   // p_vaddr; p_offset
  kUnknownFlags,   // p_flags; the known ones
  kDuplicate,      // p_type
  kSizesDiffer,    // p_filesz; p_memsz
  kBeyondFile,     // p_offset + p_filesz (or 2^64 - 1); file size

  // Loaded segments.
  kSegmentEmpty,         // p_vaddr
  kSegmentOverflow,      // p_vaddr; p_memsz
  kFileLargerThanMemory, // p_filesz; p_memsz
  kSegmentOrder,         // p_vaddr; end of the previous segment
  kSegmentOverlap,       // first page; end of the previous segment's pages
  kWriteExecute,         // p_vaddr; p_flags
  kTooManySegments,      // the count so far; the limit
  kNothingToLoad,        // number of program headers
  kTooLarge,             // size in memory; the limit
  kEntryOutsideText,     // e_entry

  // Other headers.
  kStackMissing,          // -
  kStackExecutable,       // p_flags
  kStackInaccessible,     // p_flags
  kStackDuplicate,        // p_memsz; the first one's
  kInterpreterDuplicate,  // p_offset; the first one's
  kInterpreterEmpty,      // p_filesz
  kInterpreterUnterminated,  // size
  kInterpreterNotUtf8,    // size
  kDynamicSize,           // p_filesz; entry size
  kMisaligned,            // p_vaddr; alignment
  kOutsideSegments,       // p_vaddr; p_memsz
  kTooManyNotes,          // the count so far; the limit

  // The dynamic section and relocations. Offsets are link-time addresses.
  kDynamicMissing,          // p_vaddr; size
  kRelocationEntrySize,     // found; expected
  kRelocationTableOutside,  // table address; size
  kRelocationType,          // relocation type
  kRelocationOutside,       // address to be changed
  kRelocationSize,          // table size; entry size
};

// The identifier of a code without its `k`, for logs and tests.
std::string_view Name(Code code);

// One statement about a file.
struct Finding {
  Code code = Code::kNone;
  // Where in the file (bytes), see Code.
  uint64_t offset = 0;
  uint64_t found = 0;
  uint64_t expected = 0;

  // Prints one sentence without a final stop.
  void Describe(base::FormatSink& sink) const;
  // What the author of the file can do about it; empty when there is nothing beyond "build it again".
  std::string_view Remedy() const;
};

// Collects at most one error (the first) and some warnings. No allocation.
class Diagnostics {
 public:
  static constexpr size_t kWarnings = 4;

  // Records an error unless there is one. Always false, so that a reader can `return` it.
  bool Fail(Code code, uint64_t offset, uint64_t found = 0, uint64_t expected = 0);
  // Records a warning; the first kWarnings are kept, all are counted.
  void Warn(Code code, uint64_t offset, uint64_t found = 0, uint64_t expected = 0);

  bool failed() const { return error_.code != Code::kNone; }
  const Finding& error() const { return error_; }
  size_t warning_count() const { return warning_count_; }
  std::span<const Finding> warnings() const {
    return {warnings_, warning_count_ < kWarnings ? warning_count_ : kWarnings};
  }
  // Prints the error as one sentence; nothing when there is none.
  void Describe(base::FormatSink& sink) const { error_.Describe(sink); }

 private:
  Finding error_;
  size_t warning_count_ = 0;
  Finding warnings_[kWarnings];
};

}  // namespace elf
