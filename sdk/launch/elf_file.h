// SPDX-License-Identifier: BSD-2-Clause
// An ELF file in a VMO: checked headers, load plan, and what it needs from others.
#pragma once

#include <lib/zx/vmo.h>

#include <cstdint>
#include <string_view>

#include "lib/base/result.h"
#include "lib/elf/load_plan.h"

namespace launch {

struct ElfFile {
  elf::LoadPlan plan;
  uint64_t size_bytes = 0;
};

// Reads and checks the headers of the ELF file in `file` (READ).
// Errors: ZX_ERR_IO_INVALID with the reason in `diagnostics`; those of zx_vmo_read.
base::Result<ElfFile> ReadElfFile(const zx::vmo& file, elf::Machine machine,
                                  const elf::Options& options, elf::Diagnostics& diagnostics);

// The name of a shared library.
struct LibraryName {
  static constexpr size_t kMaxBytes = 63;
  char text[kMaxBytes + 1] = {};
  std::string_view view() const { return text; }
};

// Looks for a needed library other than the vDSO, which every process has. A program with such a need
// runs only through its dynamic linker (ProcessBuilder::LoadLinker). A name is cut to
// LibraryName::kMaxBytes.
// Returns whether there is one, and its name in `library`.
// Errors: ZX_ERR_IO_INVALID the dynamic section is broken; those of zx_vmo_read.
base::Result<bool> FindForeignLibrary(const zx::vmo& file, const elf::LoadPlan& plan,
                                      LibraryName& library);

}  // namespace launch
