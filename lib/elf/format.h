// SPDX-License-Identifier: BSD-2-Clause
// ELF64, little-endian: the structures of a file as they lie in it, and the numbers we know.
// Source: System V ABI, chapters 4 and 5; processor supplements for AArch64 and x86-64.
#pragma once

#include <cstddef>
#include <cstdint>

namespace elf {

// The machine a file is for (e_machine). Other values occur in files; they are refused by name.
enum class Machine : uint16_t { kX64 = 62, kArm64 = 183 };

// e_type.
enum class FileType : uint16_t { kNone = 0, kRelocatable = 1, kExecutable = 2, kShared = 3, kCore = 4 };

struct FileHeader {
  uint8_t ident[16];
  uint16_t type;
  uint16_t machine;
  uint32_t version;
  uint64_t entry;
  uint64_t phoff;
  uint64_t shoff;
  uint32_t flags;
  uint16_t ehsize;
  uint16_t phentsize;
  uint16_t phnum;
  uint16_t shentsize;
  uint16_t shnum;
  uint16_t shstrndx;
};
static_assert(sizeof(FileHeader) == 64);

struct ProgramHeader {
  uint32_t type;
  uint32_t flags;
  uint64_t offset;
  uint64_t vaddr;
  uint64_t paddr;
  uint64_t filesz;
  uint64_t memsz;
  uint64_t align;
};
static_assert(sizeof(ProgramHeader) == 56);

struct DynamicEntry {
  uint64_t tag;
  uint64_t value;
};
static_assert(sizeof(DynamicEntry) == 16);

struct SymbolEntry {
  uint32_t name;
  uint8_t info;
  uint8_t other;
  uint16_t shndx;
  uint64_t value;
  uint64_t size;
};
static_assert(sizeof(SymbolEntry) == 24);

struct RelocationEntry {
  uint64_t offset;
  uint64_t info;
  // REL tables lack this field.
  int64_t addend;
};
static_assert(sizeof(RelocationEntry) == 24);

struct NoteHeader {
  uint32_t name_size;
  uint32_t description_size;
  uint32_t type;
};
static_assert(sizeof(NoteHeader) == 12);

inline constexpr uint8_t kClass64 = 2;
inline constexpr uint8_t kLittleEndian = 1;
inline constexpr uint8_t kCurrentVersion = 1;
// e_phnum with this value means that the true count stands in section header 0.
inline constexpr uint16_t kPhnumElsewhere = 0xffff;

inline constexpr uint32_t kPtLoad = 1;
inline constexpr uint32_t kPtDynamic = 2;
inline constexpr uint32_t kPtInterp = 3;
inline constexpr uint32_t kPtNote = 4;
inline constexpr uint32_t kPtPhdr = 6;
inline constexpr uint32_t kPtTls = 7;
inline constexpr uint32_t kPtGnuEhFrame = 0x6474e550;
inline constexpr uint32_t kPtGnuStack = 0x6474e551;
inline constexpr uint32_t kPtGnuRelro = 0x6474e552;

inline constexpr uint32_t kPfExecute = 1;
inline constexpr uint32_t kPfWrite = 2;
inline constexpr uint32_t kPfRead = 4;
inline constexpr uint32_t kPfKnown = 7;
// Reserved for the system and the processor: anyone may use them, so they deserve no remark.
inline constexpr uint32_t kPfReserved = 0xfff0'0000;

inline constexpr uint64_t kDtNull = 0;
inline constexpr uint64_t kDtPltRelSize = 2;
inline constexpr uint64_t kDtHash = 4;
inline constexpr uint64_t kDtStringTable = 5;
inline constexpr uint64_t kDtSymbolTable = 6;
inline constexpr uint64_t kDtRela = 7;
inline constexpr uint64_t kDtRelaSize = 8;
inline constexpr uint64_t kDtRelaEntry = 9;
inline constexpr uint64_t kDtStringSize = 10;
inline constexpr uint64_t kDtSymbolEntry = 11;
inline constexpr uint64_t kDtRel = 17;
inline constexpr uint64_t kDtRelSize = 18;
inline constexpr uint64_t kDtRelEntry = 19;
inline constexpr uint64_t kDtPltRel = 20;
inline constexpr uint64_t kDtJumpRel = 23;
inline constexpr uint64_t kDtRelrSize = 35;
inline constexpr uint64_t kDtRelr = 36;
inline constexpr uint64_t kDtRelrEntry = 37;
inline constexpr uint64_t kDtGnuHash = 0x6fff'fef5;

inline constexpr uint32_t kNoteGnuBuildId = 3;

inline constexpr uint64_t kPageSize = 4096;

}  // namespace elf
