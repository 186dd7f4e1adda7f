// SPDX-License-Identifier: BSD-2-Clause
// Which dynamic linker a program asks for.
#pragma once

#include <lib/zx/vmo.h>

#include "lib/base/result.h"
#include "lib/elf/diagnostics.h"
#include "lib/elf/load_plan.h"
#include "sdk/launch/elf_file.h"

namespace launch {

// The name in PT_INTERP of `file` (READ), to be looked for among the libraries of the program's
// package; empty when it has none. The stock compiler writes one into static programs too:
// FindForeignLibrary tells which really need it.
// Errors: ZX_ERR_INVALID_ARGS it is no name, with the reason in `diagnostics`, or longer than
// LibraryName::kMaxBytes; those of zx_vmo_read.
base::Result<LibraryName> ReadInterpreterName(const zx::vmo& file, const elf::LoadPlan& plan,
                                              elf::Diagnostics& diagnostics);

}  // namespace launch
