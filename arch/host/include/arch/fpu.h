// SPDX-License-Identifier: BSD-2-Clause
// User floating-point registers: none.
#pragma once

#include <cstddef>

namespace arch {

inline void SaveFpState(std::byte*) {}
inline void RestoreFpState(const std::byte*) {}
inline void InitFpState(std::byte*) {}

}  // namespace arch
