// SPDX-License-Identifier: BSD-2-Clause
// Where things are in the virtual address space: 48 bits, 4 KiB pages, two halves.
//
//   0000'0000'0100'0000   user programs                                TTBR0_EL1
//   0000'ffff'ff00'0000   end of user programs
//   ffff'0000'0000'0000   physmap: all RAM and the boot devices        TTBR1_EL1 [0..127]
//   ffff'8000'0000'0000   kernel window: stacks, device mappings                 [256..257]
//   ffff'c000'0000'0000   kernel image, somewhere in 32 TiB                      [384..447]
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/base/address.h"

namespace arch {

inline constexpr size_t kPageShift = 12;
inline constexpr size_t kPageSize = size_t{1} << kPageShift;

// Whether user pages can be executable without being readable.
inline constexpr bool kCanMapExecuteOnly = true;

// An instruction that traps (brk #1), for code that must not run.
inline constexpr uint8_t kTrapFill[] = {0x20, 0x00, 0x20, 0xd4};

inline constexpr uint64_t kUserBase = 0x100'0000;
inline constexpr uint64_t kUserSize = 0xffff'fe00'0000;

inline constexpr uint64_t kPhysmapBase = 0xffff'0000'0000'0000;
inline constexpr uint64_t kPhysmapSize = 0x4000'0000'0000;

inline constexpr uint64_t kWindowBase = 0xffff'8000'0000'0000;
inline constexpr uint64_t kWindowSize = 0x100'0000'0000;

inline constexpr uint64_t kKernelBaseMin = 0xffff'c000'0000'0000;
inline constexpr uint64_t kKernelBaseMax = 0xffff'e000'0000'0000;

// What a thread's kernel stack and shadow call stack have to offer, without guard pages.
inline constexpr size_t kKernelStackSize = 16384;
inline constexpr size_t kShadowStackSize = 4096;

// Where the kernel reaches RAM (and the devices of the handoff) at a physical address.
inline std::byte* PhysmapAddress(PhysicalAddress address) {
  return reinterpret_cast<std::byte*>(kPhysmapBase + address.value);
}
// The other way round, for addresses inside the physmap only.
inline PhysicalAddress PhysmapToPhysical(const void* address) {
  return {reinterpret_cast<uintptr_t>(address) - kPhysmapBase};
}

}  // namespace arch
