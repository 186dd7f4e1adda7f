// SPDX-License-Identifier: BSD-2-Clause
// User floating-point and vector registers. The kernel itself uses none.
#pragma once

#include <cstddef>

namespace arch {

// `area` is 64-byte aligned and as large as Context provides.
void SaveFpState(std::byte* area);
void RestoreFpState(const std::byte* area);
// The state of a new thread: registers zero, x87 control word 0x37f, MXCSR 0x1f80.
void InitFpState(std::byte* area);

}  // namespace arch
