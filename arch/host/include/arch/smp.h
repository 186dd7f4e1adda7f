// SPDX-License-Identifier: BSD-2-Clause
// There is nothing to start: tests make host threads and call host::SetCpu().
#pragma once

#include <arch/context.h>

#include <cstdint>

#include "lib/base/result.h"

namespace arch {

// Always ZX_ERR_NOT_SUPPORTED.
base::Result<> StartCpu(uint32_t index, Context& idle);

}  // namespace arch
