// SPDX-License-Identifier: BSD-2-Clause
// Virtual addresses on x86-64 with four levels; PML4 index in the margin.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/base/address.h"

namespace arch {

inline constexpr size_t kPageShift = 12;
inline constexpr size_t kPageSize = size_t{1} << kPageShift;

// Whether user pages can be executable without being readable.
inline constexpr bool kCanMapExecuteOnly = false;

// Instructions that trap in user mode (hlt), for code that must not run. Several, so that it is filled
// in few steps.
inline constexpr uint8_t kTrapFill[] = {
    0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4,
    0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4,
};

// User space: 16 MiB up to the last page below the canonical hole, which stays empty so that no
// return address is ever non-canonical.                                                  [0..255]
inline constexpr uint64_t kUserBase = 0x0000'0000'0100'0000;
inline constexpr uint64_t kUserSize = 0x0000'7fff'feff'f000;

// All of RAM, writable, never executable.                                              [256..383]
inline constexpr uint64_t kPhysmapBase = 0xffff'8000'0000'0000;
inline constexpr uint64_t kPhysmapSize = 0x0000'4000'0000'0000;

// Kernel stacks and device registers mapped by the kernel.                                  [384]
inline constexpr uint64_t kWindowBase = 0xffff'c000'0000'0000;
inline constexpr uint64_t kWindowSize = 0x0000'0080'0000'0000;

// What arch/ maps for itself: fault stacks, sleep register.                                 [385]
inline constexpr uint64_t kArchWindowBase = 0xffff'c080'0000'0000;
inline constexpr uint64_t kArchWindowSize = 0x0000'0080'0000'0000;

// Where the kernel image may be put.                                                        [511]
inline constexpr uint64_t kKernelBaseMin = 0xffff'ffff'8000'0000;
inline constexpr uint64_t kKernelBaseMax = 0xffff'ffff'c000'0000;

// Four pages of RAM that the boot stage keeps free (MemoryKind::kReserved) for starting the other
// CPUs: their first instructions, then the page tables that map those.
inline constexpr PhysicalAddress kTrampoline{0x8000};
inline constexpr size_t kTrampolinePages = 4;

// What a thread's kernel stack has to offer, without guard pages. There is no shadow call stack.
inline constexpr size_t kKernelStackSize = 16384;
inline constexpr size_t kShadowStackSize = 0;

// Where the kernel reaches RAM (and the devices of the handoff) at a physical address.
inline std::byte* PhysmapAddress(PhysicalAddress address) {
  return reinterpret_cast<std::byte*>(kPhysmapBase + address.value);
}

// The other way round, for pointers into the physmap.
inline PhysicalAddress PhysmapToPhysical(const void* pointer) {
  return {reinterpret_cast<uint64_t>(pointer) - kPhysmapBase};
}

}  // namespace arch
