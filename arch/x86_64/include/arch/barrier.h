// SPDX-License-Identifier: BSD-2-Clause
// Ordering against devices and instruction fetch. x86-64 keeps both coherent by itself.
#pragma once

#include <cstddef>

namespace arch {

// Makes bytes just written fetchable as instructions by all CPUs.
inline void CleanDataToUnification(const void*, size_t) { asm volatile("" ::: "memory"); }
inline void InvalidateInstructions(const void*, size_t) { asm volatile("" ::: "memory"); }

// Orders accesses to normal memory against device registers.
inline void DeviceReadBarrier() { asm volatile("" ::: "memory"); }
inline void DeviceWriteBarrier() { asm volatile("sfence" ::: "memory"); }

}  // namespace arch
