// SPDX-License-Identifier: BSD-2-Clause
// Addresses of the machine made of host memory: RAM is one block at kRamBase, the physmap is
// wherever the host put it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/base/address.h"

namespace arch {

inline constexpr size_t kPageShift = 12;
inline constexpr size_t kPageSize = size_t{1} << kPageShift;

inline constexpr uint64_t kUserBase = 0x0000'0000'0100'0000;
inline constexpr uint64_t kUserSize = 0x0000'7fff'feff'f000;

// Kernel addresses only have page-table entries here, no memory behind the address itself.
inline constexpr uint64_t kWindowBase = 0xffff'c000'0000'0000;
inline constexpr uint64_t kWindowSize = 0x0000'0080'0000'0000;
inline constexpr uint64_t kKernelBaseMin = 0xffff'ffff'8000'0000;
inline constexpr uint64_t kKernelBaseMax = 0xffff'ffff'c000'0000;

// Where RAM starts and how much there can be.
inline constexpr PhysicalAddress kRamBase{0x4000'0000};
inline constexpr uint64_t kPhysmapSize = uint64_t{1} << 32;

// Where the kernel reaches a byte of RAM; the address must be RAM of host::ResetRam().
std::byte* PhysmapAddress(PhysicalAddress address);
// The other way round, for pointers PhysmapAddress() gave.
PhysicalAddress PhysmapToPhysical(const void* pointer);

}  // namespace arch
