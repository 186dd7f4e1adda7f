// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "boards/board.h"

namespace boards::qemu_virt_arm64 {

inline constexpr Board kBoard{
    .name = "qemu-virt-arm64",
    .uart = {.driver = Uart::kPl011, .base = 0x0900'0000, .irq = 33},
    .load_address = 0x4020'0000,
    .exit = "semihosting",
    .tables = Tables::kDeviceTree,
};

}  // namespace boards::qemu_virt_arm64
