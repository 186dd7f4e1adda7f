// SPDX-License-Identifier: BSD-2-Clause
// The start-up message after it has arrived: strings and handles.
#pragma once

#include <cstdint>

#include <zircon/types.h>

#include "sdk/rt/src/processargs.h"

namespace rt {

// The strings of the start-up message; they live as long as the process.
const ProcessArguments& StartupArguments();

// The start-up handle with this info word, without taking it; ZX_HANDLE_INVALID when there is none.
zx_handle_t PeekStartupHandle(uint32_t info);

}  // namespace rt
