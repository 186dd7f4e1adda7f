// SPDX-License-Identifier: BSD-2-Clause
// What a launcher must know of arm64.
#pragma once

#include <zircon/processargs.h>
#include <zircon/types.h>

#include "lib/elf/format.h"

namespace launch {

inline constexpr elf::Machine kMachine = elf::Machine::kArm64;

// The type of the handle to what only this machine has.
inline constexpr uint32_t kMachineResource = PA_SMC_RESOURCE;

// The stack pointer a program starts with: 16-byte aligned (AAPCS64).
constexpr zx_vaddr_t InitialStackPointer(zx_vaddr_t top) { return top & ~zx_vaddr_t{15}; }

}  // namespace launch
