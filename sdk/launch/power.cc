// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/launch/power.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/resource.h>
#include <zircon/syscalls/system.h>

namespace launch {

base::Result<> CreateSystemResource(const zx::resource& system, uint64_t base, zx::resource& out) {
  return base::FromStatus(zx_resource_create(system.get(), ZX_RSRC_KIND_SYSTEM, base, 1, nullptr, 0,
                                             out.reset_and_get_address()));
}

zx_status_t Shutdown(const zx::resource& power, uint32_t status) {
  // Our extension: the first word of the argument is the status (docs/syscalls).
  zx_system_powerctl_arg_t argument = {};
  __builtin_memcpy(&argument, &status, sizeof(status));
  return zx_system_powerctl(power.get(), ZX_SYSTEM_POWERCTL_SHUTDOWN, &argument);
}

zx_status_t Reboot(const zx::resource& power) {
  return zx_system_powerctl(power.get(), ZX_SYSTEM_POWERCTL_REBOOT, nullptr);
}

}  // namespace launch
