// SPDX-License-Identifier: BSD-2-Clause
// Privileged odds and ends: sub-resources of the SYSTEM resource, power.
#pragma once

#include <lib/zx/resource.h>

#include <cstdint>

#include "lib/base/result.h"

namespace launch {

// The argument of PA_FD for the handle that serves stdin, stdout and stderr alike.
inline constexpr uint32_t kStandardStreams = 0x8000;

// The sub-resource `base` (ZX_RSRC_SYSTEM_*_BASE) of `system`.
base::Result<> CreateSystemResource(const zx::resource& system, uint64_t base, zx::resource& out);

// Powers the machine off; under QEMU with an exit device, `status` becomes QEMU's exit status.
// Returns only on failure.
zx_status_t Shutdown(const zx::resource& power, uint32_t status);

// Returns only on failure.
zx_status_t Reboot(const zx::resource& power);

}  // namespace launch
