// SPDX-License-Identifier: BSD-2-Clause
// Starting the other CPUs.
#pragma once

#include <cstdint>

#include <arch/context.h>

#include "lib/base/result.h"

namespace arch {

// Starts the CPU Handoff::cpus[index] on the stack of `idle`, where it calls kernel::SecondaryMain().
// Errors: ZX_ERR_NO_MEMORY, ZX_ERR_OUT_OF_RANGE no such CPU, ZX_ERR_TIMED_OUT it did not answer
// within 100 ms.
base::Result<> StartCpu(uint32_t index, Context& idle);

}  // namespace arch
