// SPDX-License-Identifier: BSD-2-Clause
// Ordering against devices and instruction fetch: nothing to do, host memory is never executed.
#pragma once

#include <cstddef>

namespace arch {

inline void CleanDataToUnification(const void*, size_t) {}
inline void InvalidateInstructions(const void*, size_t) {}
inline void DeviceReadBarrier() {}
inline void DeviceWriteBarrier() {}

}  // namespace arch
