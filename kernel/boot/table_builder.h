// SPDX-License-Identifier: BSD-2-Clause
// Builds the kernel's page tables in memory that is mapped one to one.
#pragma once

#include <cstddef>
#include <cstdint>

#include <arch/boot/tables.h>

#include "kernel/boot/memory_map.h"
#include "lib/base/address.h"

namespace boot {

class TableBuilder {
 public:
  // Tables are taken from `memory` below `limit` as MemoryKind::kKernel.
  TableBuilder(MemoryMap& memory, uint64_t limit) : memory_(memory), limit_(limit) {}

  // Maps whole pages with the largest entries that fit. False if there is no memory for a table or
  // something is mapped there already.
  [[nodiscard]] bool Map(VirtualAddress to, PhysicalAddress from, uint64_t size,
                         arch::boot::Protection protection) {
    while (size > 0) {
      const unsigned level = LevelFor(to.value | from.value, size);
      uint64_t* table = TableOf(to.value, level);
      if (!table) return false;
      // All entries of this table that fit, so that the walk is paid once per table. Entries of a higher
      // level cannot fit before its end.
      const uint64_t step = kPage << (kIndexBits * level);
      const uint64_t attributes = arch::boot::LeafEntry(0, protection, level);
      for (size_t i = Index(to.value, level); i < kEntries && size >= step; ++i) {
        if (table[i] != 0) return false;
        table[i] = from.value | attributes;
        to += step;
        from += step;
        size -= step;
      }
    }
    return true;
  }

  // Level of the root; its address is 0 until the first Map().
  PhysicalAddress root() const { return root_; }

 private:
  static constexpr uint64_t kPage = 4096;
  static constexpr unsigned kIndexBits = 9;
  static constexpr size_t kEntries = 512;
  static constexpr unsigned kRootLevel = 3;

  static size_t Index(uint64_t address, unsigned level) {
    return (address >> (12 + kIndexBits * level)) & (kEntries - 1);
  }

  static unsigned LevelFor(uint64_t both, uint64_t size) {
    for (unsigned level = arch::boot::LargestLeafLevel(); level > 0; --level) {
      const uint64_t step = kPage << (kIndexBits * level);
      if ((both & (step - 1)) == 0 && size >= step) return level;
    }
    return 0;
  }

  // The table of `level` for `address`, made if missing; nullptr without memory or below a leaf.
  uint64_t* TableOf(uint64_t address, unsigned level) {
    if (root_.value == 0 && !NewTable(root_)) return nullptr;
    auto* table = reinterpret_cast<uint64_t*>(root_.value);
    for (unsigned at = kRootLevel; at > level; --at) {
      uint64_t& entry = table[Index(address, at)];
      if (entry == 0) {
        PhysicalAddress fresh;
        if (!NewTable(fresh)) return nullptr;
        entry = arch::boot::TableEntry(fresh.value);
      } else if (!arch::boot::IsTable(entry)) {
        return nullptr;
      }
      table = reinterpret_cast<uint64_t*>(arch::boot::TableAddress(entry));
    }
    return table;
  }

  bool NewTable(PhysicalAddress& out) {
    const auto page = memory_.Allocate(kPage, kPage, kernel::MemoryKind::kKernel, limit_);
    if (!page) return false;
    out = page->base;
    auto* words = reinterpret_cast<uint64_t*>(out.value);
    for (size_t i = 0; i < kEntries; ++i) words[i] = 0;
    return true;
  }

  MemoryMap& memory_;
  const uint64_t limit_;
  PhysicalAddress root_;
};

}  // namespace boot
