// SPDX-License-Identifier: BSD-2-Clause
// The format of page table entries, for the boot stage's builder. Four levels of 512 entries;
// level 3 is the root, an entry of level n maps 4 KiB << (9 * n). Intel SDM volume 3, 4.5.
#pragma once

#include <cstdint>

#include "arch/x86_64/instructions.h"

namespace arch::boot {

// Kernel mappings, all global and inaccessible to user mode; none is writable and executable.
enum class Protection : uint8_t { kReadOnly, kReadWrite, kReadExecute, kDevice };

// The highest level whose entries may map memory: 2 is 1 GiB, which not every processor has.
inline unsigned LargestLeafLevel() {
  constexpr uint32_t kGigabytePages = 1 << 26;
  return (Cpuid(0x8000'0001).edx & kGigabytePages) != 0 ? 2 : 1;
}

inline uint64_t TableEntry(uint64_t table) { return table | 3; }

inline uint64_t LeafEntry(uint64_t physical, Protection protection, unsigned level) {
  constexpr uint64_t kPresent = 1 << 0, kWrite = 1 << 1, kUncached = 3 << 3, kAccessedDirty = 3 << 5,
                     kLarge = 1 << 7, kGlobal = 1 << 8, kNoExecute = uint64_t{1} << 63;
  uint64_t entry = physical | kPresent | kAccessedDirty | kGlobal | (level == 0 ? 0 : kLarge);
  if (protection != Protection::kReadExecute) entry |= kNoExecute;
  if (protection == Protection::kReadWrite) entry |= kWrite;
  if (protection == Protection::kDevice) entry |= kWrite | kUncached;
  return entry;
}

// Whether `entry` points to a table of the next lower level, and the table's address.
inline bool IsTable(uint64_t entry) { return (entry & 0x81) == 1; }
inline uint64_t TableAddress(uint64_t entry) { return entry & 0x000f'ffff'ffff'f000; }

}  // namespace arch::boot
