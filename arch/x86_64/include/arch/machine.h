// SPDX-License-Identifier: BSD-2-Clause
// What programs for this architecture look like.
#pragma once

#include <cstdint>
#include <string_view>

#include <zircon/syscalls/resource.h>

#include "lib/elf/format.h"

namespace arch {

inline constexpr std::string_view kName = "x86-64";
inline constexpr elf::Machine kMachine = elf::Machine::kX64;

// The kind of resource only this architecture has.
inline constexpr zx_rsrc_kind_t kMachineResourceKind = ZX_RSRC_KIND_IOPORT;

// The stack pointer a program starts with when its stack ends at `top`.
constexpr uint64_t InitialStackPointer(uint64_t top) { return (top & ~uint64_t{15}) - 8; }

}  // namespace arch
