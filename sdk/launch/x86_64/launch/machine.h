// SPDX-License-Identifier: BSD-2-Clause
// What a launcher must know of x86-64.
#pragma once

#include <zircon/processargs.h>
#include <zircon/types.h>

#include "lib/elf/format.h"

namespace launch {

inline constexpr elf::Machine kMachine = elf::Machine::kX64;

// The type of the handle to what only this machine has.
inline constexpr uint32_t kMachineResource = PA_IOPORT_RESOURCE;

// The stack pointer a program starts with: as after a call instruction (System V psABI).
constexpr zx_vaddr_t InitialStackPointer(zx_vaddr_t top) { return (top & ~zx_vaddr_t{15}) - 8; }

}  // namespace launch
