// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "boards/board.h"

namespace boards::qemu_q35_x64 {

// Good for every PC: COM1 has been there since 1981.
inline constexpr Board kBoard{
    .name = "qemu-q35-x64",
    .uart = {.driver = Uart::kNs16550Port, .base = 0x3f8, .irq = 4},
    .load_address = 0x10'0000,
    .exit = "isa-debug-exit",
    .tables = Tables::kAcpi,
};

}  // namespace boards::qemu_q35_x64
