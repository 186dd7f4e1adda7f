// SPDX-License-Identifier: BSD-2-Clause
// Turns a load plan into mappings of an address space.
#pragma once

#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>

#include <cstdint>
#include <string_view>

#include "lib/base/result.h"
#include "lib/elf/load_plan.h"

namespace launch {

struct LoadedImage {
  zx::vmar vmar;           // covers exactly the image; destroying it unmaps the image
  zx_vaddr_t base = 0;     // address of the first page
  zx_vaddr_t entry = 0;    // run-time entry point
};

// Maps the image of `file` into a new region of `parent` at a random address. Constant segments
// share the file's pages; writable ones are copies named "data:<name>" and "bss:<name>".
// `file` needs READ, MAP, DUPLICATE and, for text, EXECUTE. Nothing stays mapped on failure.
// Errors: those of zx_vmar_allocate, zx_vmo_create_child, zx_vmo_create, zx_vmo_write, zx_vmar_map;
// `failed_segment` then is the index of the segment concerned.
base::Result<LoadedImage> LoadElf(const zx::vmar& parent, const zx::vmo& file,
                                  const elf::LoadPlan& plan, std::string_view name,
                                  size_t& failed_segment);

}  // namespace launch
