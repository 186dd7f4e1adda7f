// SPDX-License-Identifier: BSD-2-Clause
// The few ELF records start-up code reads about its own image and the vDSO, which the loader has
// already checked.
#pragma once

#include <cstdint>

namespace rt::elf {

struct FileHeader {
  unsigned char ident[16];
  uint16_t type;
  uint16_t machine;
  uint32_t version;
  uint64_t entry;
  uint64_t program_headers_offset;
  uint64_t section_headers_offset;
  uint32_t flags;
  uint16_t header_size;
  uint16_t program_header_size;
  uint16_t program_header_count;
};

struct ProgramHeader {
  uint32_t type;
  uint32_t flags;
  uint64_t offset;
  uint64_t vaddr;
  uint64_t paddr;
  uint64_t file_size;
  uint64_t memory_size;
  uint64_t align;
};
inline constexpr uint32_t kDynamicSegment = 2;
inline constexpr uint32_t kTlsSegment = 7;
inline constexpr uint32_t kRelroSegment = 0x6474'e552;

struct Dynamic {
  uint64_t tag;
  uint64_t value;
};
inline constexpr uint64_t kPltRelSize = 2;
inline constexpr uint64_t kStrTab = 5;
inline constexpr uint64_t kSymTab = 6;
inline constexpr uint64_t kRela = 7;
inline constexpr uint64_t kRelaSize = 8;
inline constexpr uint64_t kRel = 17;
inline constexpr uint64_t kRelSize = 18;
inline constexpr uint64_t kPltRel = 20;
inline constexpr uint64_t kJmpRel = 23;
inline constexpr uint64_t kRelrSize = 35;
inline constexpr uint64_t kRelr = 36;
inline constexpr uint64_t kGnuHash = 0x6fff'fef5;

struct Symbol {
  uint32_t name;
  uint8_t info;
  uint8_t other;
  uint16_t section;
  uint64_t value;
  uint64_t size;
};

struct Rel {
  uint64_t offset;
  uint64_t info;
};
struct Rela {
  uint64_t offset;
  uint64_t info;
  int64_t addend;
};

#if defined(__aarch64__)
inline constexpr uint32_t kAbsolute = 257;
inline constexpr uint32_t kGlobData = 1025;
inline constexpr uint32_t kJumpSlot = 1026;
inline constexpr uint32_t kRelative = 1027;
#else
inline constexpr uint32_t kAbsolute = 1;
inline constexpr uint32_t kGlobData = 6;
inline constexpr uint32_t kJumpSlot = 7;
inline constexpr uint32_t kRelative = 8;
#endif

}  // namespace rt::elf
