// SPDX-License-Identifier: BSD-2-Clause
// The format of page table entries, for the boot stage's builder. Four levels of 512 entries;
// level 3 is the root, an entry of level n maps 4 KiB << (9 * n).
#pragma once

#include <cstdint>

namespace arch::boot {

// Kernel mappings, all global and inaccessible to user mode; none is writable and executable.
enum class Protection : uint8_t { kReadOnly, kReadWrite, kReadExecute, kDevice };

// The highest level whose entries may map memory: 2 is 1 GiB.
inline unsigned LargestLeafLevel() { return 2; }

inline uint64_t TableEntry(uint64_t table) { return table | 3; }

inline uint64_t LeafEntry(uint64_t physical, Protection protection, unsigned level) {
  constexpr uint64_t kAccessed = uint64_t{1} << 10;
  constexpr uint64_t kInnerShareable = uint64_t{3} << 8;
  constexpr uint64_t kReadOnlyBit = uint64_t{1} << 7;
  constexpr uint64_t kPrivilegedNever = uint64_t{1} << 53;
  constexpr uint64_t kUserNever = uint64_t{1} << 54;
  constexpr uint64_t kDeviceMemory = uint64_t{1} << 2;  // index 1 of MAIR_EL1, see sysreg.h
  uint64_t entry = physical | kAccessed | kUserNever | (level == 0 ? 3 : 1);
  if (protection != Protection::kReadExecute) entry |= kPrivilegedNever;
  if (protection == Protection::kReadOnly || protection == Protection::kReadExecute) {
    entry |= kReadOnlyBit;
  }
  return entry | (protection == Protection::kDevice ? kDeviceMemory : kInnerShareable);
}

// Whether `entry` points to a table of the next lower level, and the table's address.
inline bool IsTable(uint64_t entry) { return (entry & 3) == 3; }
inline uint64_t TableAddress(uint64_t entry) { return entry & 0x0000'ffff'ffff'f000; }

}  // namespace arch::boot
