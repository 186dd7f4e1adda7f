// SPDX-License-Identifier: BSD-2-Clause
// Files that are part of the kernel image.
#pragma once

#include "lib/base/bytes.h"

namespace kernel {

// The vDSO's memory image (sdk/vdso).
base::Bytes EmbeddedVdso();

// userboot's ELF file.
base::Bytes EmbeddedUserboot();

}  // namespace kernel
