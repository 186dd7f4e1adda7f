// SPDX-License-Identifier: BSD-2-Clause
// The embedded kernel ELF: checked, copied to its own memory, relocated, mapped.
#pragma once

#include <cstddef>
#include <span>

#include "kernel/boot/memory_map.h"
#include "kernel/boot/table_builder.h"
#include "kernel/handoff.h"
#include "lib/elf/load_plan.h"

namespace boot {

class KernelImage {
 public:
  // Reads the headers of `file`. Fails the boot with what is wrong.
  explicit KernelImage(std::span<const std::byte> file);

  // Takes memory, copies the segments there and relocates them for `base`, the run-time address of
  // the first page. Sets Handoff::kernel_image and kernel_base.
  void Load(kernel::Handoff& handoff, MemoryMap& memory, VirtualAddress base);

  // Maps the image at its run-time address, each segment with its own protection and RELRO read-only,
  // and its memory in the physmap, never writable where the image is not.
  void Map(TableBuilder& tables) const;

  uint64_t size_bytes() const { return plan_.size_bytes(); }
  VirtualAddress entry() const { return base_ + (plan_.entry() - plan_.first_page()); }

 private:
  void MapPart(TableBuilder& tables, uint64_t from, uint64_t to, arch::boot::Protection code,
               arch::boot::Protection data) const;

  const std::span<const std::byte> file_;
  elf::LoadPlan plan_;
  PhysicalRange memory_;
  VirtualAddress base_;
};

}  // namespace boot
