// SPDX-License-Identifier: BSD-2-Clause
#include "lib/elf/header.h"

namespace elf {
namespace {

uint64_t IdentNumber(const FileHeader& raw) {
  return uint64_t{raw.ident[0]} << 24 | uint64_t{raw.ident[1]} << 16 | uint64_t{raw.ident[2]} << 8 |
         raw.ident[3];
}

// The identification bytes: they say how the rest is to be read.
bool CheckIdent(const FileHeader& raw, Diagnostics& diagnostics) {
  if (IdentNumber(raw) != 0x7f45'4c46) {
    return diagnostics.Fail(Code::kBadMagic, 0, IdentNumber(raw), 0x7f45'4c46);
  }
  if (raw.ident[4] != kClass64) return diagnostics.Fail(Code::kWrongClass, 4, raw.ident[4], kClass64);
  if (raw.ident[5] != kLittleEndian) {
    return diagnostics.Fail(Code::kWrongByteOrder, 5, raw.ident[5], kLittleEndian);
  }
  if (raw.ident[6] != kCurrentVersion) {
    return diagnostics.Fail(Code::kBadVersion, 6, raw.ident[6], kCurrentVersion);
  }
  if (raw.version != kCurrentVersion) {
    return diagnostics.Fail(Code::kBadVersion, offsetof(FileHeader, version), raw.version,
                            kCurrentVersion);
  }
  return true;
}

bool CheckType(const FileHeader& raw, const Options& options, Diagnostics& diagnostics) {
  if (options.types == Types::kAny) return true;
  constexpr uint64_t kOffset = offsetof(FileHeader, type);
  switch (static_cast<FileType>(raw.type)) {
    case FileType::kShared:
      return true;
    case FileType::kRelocatable:
      return diagnostics.Fail(Code::kTypeRelocatable, kOffset, raw.type);
    case FileType::kExecutable:
      return diagnostics.Fail(Code::kTypeFixedAddress, kOffset, raw.type);
    case FileType::kCore:
      return diagnostics.Fail(Code::kTypeCore, kOffset, raw.type);
    case FileType::kNone:
      break;
  }
  return diagnostics.Fail(Code::kTypeUnknown, kOffset, raw.type);
}

// Where the program headers are. A file without any is left to the load plan.
bool CheckTable(const FileHeader& raw, uint64_t file_size, const Options& options,
                Diagnostics& diagnostics) {
  if (raw.phnum == 0) return true;
  if (raw.phnum == kPhnumElsewhere) {
    return diagnostics.Fail(Code::kCountInSectionHeader, offsetof(FileHeader, phnum), raw.phnum,
                            options.max_headers);
  }
  if (raw.phentsize != sizeof(ProgramHeader)) {
    return diagnostics.Fail(Code::kBadEntrySize, offsetof(FileHeader, phentsize), raw.phentsize,
                            sizeof(ProgramHeader));
  }
  if (raw.phnum > options.max_headers) {
    return diagnostics.Fail(Code::kTooManyHeaders, offsetof(FileHeader, phnum), raw.phnum,
                            options.max_headers);
  }
  if (raw.phoff < sizeof(FileHeader) || raw.phoff % alignof(ProgramHeader) != 0) {
    return diagnostics.Fail(Code::kHeadersMisplaced, offsetof(FileHeader, phoff), raw.phoff,
                            sizeof(FileHeader));
  }
  const uint64_t size = uint64_t{raw.phnum} * sizeof(ProgramHeader);
  if (!base::Contains(file_size, raw.phoff, size)) {
    const auto end = base::CheckedAdd(raw.phoff, size);
    return diagnostics.Fail(Code::kHeadersTruncated, offsetof(FileHeader, phoff),
                            end.value_or(UINT64_MAX), file_size);
  }
  return true;
}

}  // namespace

std::optional<Header> ReadHeader(base::Bytes first_bytes, uint64_t file_size, Machine expected,
                                 const Options& options, Diagnostics& diagnostics) {
  const auto raw = base::Read<FileHeader>(first_bytes, 0);
  if (!raw || file_size < sizeof(FileHeader)) {
    const uint64_t seen = first_bytes.size() < file_size ? first_bytes.size() : file_size;
    diagnostics.Fail(Code::kHeaderTruncated, 0, seen, sizeof(FileHeader));
    return std::nullopt;
  }
  if (!CheckIdent(*raw, diagnostics)) return std::nullopt;
  if (raw->machine != static_cast<uint16_t>(expected)) {
    diagnostics.Fail(Code::kWrongMachine, offsetof(FileHeader, machine), raw->machine,
                     static_cast<uint16_t>(expected));
    return std::nullopt;
  }
  if (!CheckType(*raw, options, diagnostics)) return std::nullopt;
  if (raw->ehsize != sizeof(FileHeader)) {
    diagnostics.Fail(Code::kBadHeaderSize, offsetof(FileHeader, ehsize), raw->ehsize,
                     sizeof(FileHeader));
    return std::nullopt;
  }
  if (!CheckTable(*raw, file_size, options, diagnostics)) return std::nullopt;
  return Header{.type = static_cast<FileType>(raw->type),
                .machine = expected,
                .entry = raw->entry,
                .table_offset = raw->phoff,
                .table_count = raw->phnum};
}

std::string_view MachineName(uint64_t machine) {
  switch (machine) {
    case 3:
      return "x86, 32 bits";
    case 40:
      return "Arm, 32 bits";
    case static_cast<uint64_t>(Machine::kX64):
      return "x86-64";
    case static_cast<uint64_t>(Machine::kArm64):
      return "arm64";
    case 243:
      return "RISC-V";
    default:
      return "unknown machine";
  }
}

}  // namespace elf
