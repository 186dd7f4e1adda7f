// SPDX-License-Identifier: BSD-2-Clause
// What LoadPlan's ranges hold in the file: the interpreter's name, notes, the build ID.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/bytes.h"
#include "lib/elf/diagnostics.h"
#include "lib/elf/load_plan.h"

namespace elf {

// The name in `contents`, the bytes of LoadPlan::interpreter(), without its NUL. It points into
// `contents`. `file_offset` is for the diagnostics.
std::optional<std::string_view> ReadInterpreter(base::Bytes contents, uint64_t file_offset,
                                                Diagnostics& diagnostics);

// The description of the note `name`/`type` in `contents`, the bytes of one of LoadPlan::notes().
std::optional<base::Bytes> FindNote(base::Bytes contents, uint64_t align, std::string_view name,
                                    uint32_t type);

// The build ID of a file in memory; empty when it has none.
base::Bytes FindBuildId(base::Bytes file, const LoadPlan& plan);

// Header, plan and interpreter of a file that is in memory as a whole.
struct File {
  Header header;
  LoadPlan plan;
  // Points into the file; empty when there is no PT_INTERP.
  std::string_view interpreter;
};
std::optional<File> ReadFile(base::Bytes file, Machine expected, const Options& options,
                             Diagnostics& diagnostics);

}  // namespace elf
