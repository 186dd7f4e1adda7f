// SPDX-License-Identifier: BSD-2-Clause
// The ELF file header.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/align.h"
#include "lib/base/bytes.h"
#include "lib/elf/diagnostics.h"
#include "lib/elf/format.h"
#include "lib/elf/options.h"

namespace elf {

// What the rest of the reader needs from a checked file header.
struct Header {
  FileType type = FileType::kNone;
  Machine machine = Machine::kArm64;
  // e_entry: link-time address.
  uint64_t entry = 0;
  // Where the program headers lie in the file, and how many there are.
  uint64_t table_offset = 0;
  uint16_t table_count = 0;

  uint64_t table_size() const { return uint64_t{table_count} * sizeof(ProgramHeader); }
};

// Bytes from the start of a file that ReadHeader wants to see.
inline constexpr size_t kHeaderSize = sizeof(FileHeader);

// Checks the file header. `first_bytes` is the start of the file: kHeaderSize bytes or more, fewer
// only when the file is shorter. The program headers are known to lie inside `file_size`.
std::optional<Header> ReadHeader(base::Bytes first_bytes, uint64_t file_size, Machine expected,
                                 const Options& options, Diagnostics& diagnostics);

// "x86-64", "arm64", the name of another common machine, or "unknown machine".
std::string_view MachineName(uint64_t machine);

}  // namespace elf
