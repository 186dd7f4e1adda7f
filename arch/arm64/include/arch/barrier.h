// SPDX-License-Identifier: BSD-2-Clause
// Ordering against devices and instruction fetch.
#pragma once

#include <cstddef>

namespace arch {

// Makes bytes just written visible to instruction fetch through any mapping of them.
void CleanDataToUnification(const void* base, size_t size);
// Makes all CPUs forget instructions they may have fetched from there.
void InvalidateInstructions(const void* base, size_t size);

// Orders accesses to normal memory against device registers.
inline void DeviceReadBarrier() { __asm__ volatile("dsb ld" ::: "memory"); }
inline void DeviceWriteBarrier() { __asm__ volatile("dsb st" ::: "memory"); }

}  // namespace arch
