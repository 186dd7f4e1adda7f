// SPDX-License-Identifier: BSD-2-Clause
// Relative relocations of a static position-independent image: DT_RELR, DT_REL, DT_RELA.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "lib/elf/diagnostics.h"
#include "lib/elf/load_plan.h"

namespace elf {

// Where an image lies while its relocations are applied, and where it will run.
struct RelocationTarget {
  // The writable bytes of the image; image[0] belongs to link-time address `vaddr`.
  std::span<std::byte> image;
  uint64_t vaddr = 0;
  // Run-time address minus link-time address, modulo 2^64.
  uint64_t bias = 0;
};

// Applies the relocations that PT_DYNAMIC at `dynamic` names and returns how many words changed.
// Everything is checked against `target.image`; on an error some words may have changed already.
// An image without PT_DYNAMIC has no relocations. Uses no data that itself needs relocation, so a
// program may call it on itself.
std::optional<size_t> Relocate(const RelocationTarget& target, Machine machine,
                               const Range& dynamic, Diagnostics& diagnostics);

}  // namespace elf
