// SPDX-License-Identifier: BSD-2-Clause
// The privileged handles a test program is started with, and facts about any handle.
#pragma once

#include <lib/zx/job.h>
#include <lib/zx/resource.h>
#include <lib/zx/vmo.h>
#include <zircon/syscalls/object.h>

namespace target {

// The vDSO, the SYSTEM resource and its VMEX part. Invalid if the program was not given them.
zx::unowned_vmo VdsoVmo();
zx::unowned_resource SystemResource();
zx::unowned_resource Vmex();

// ZX_INFO_HANDLE_BASIC; all zeros if the handle is bad.
zx_info_handle_basic_t Basic(zx_handle_t handle);
zx_rights_t RightsOf(zx_handle_t handle);
zx_koid_t KoidOf(zx_handle_t handle);

// The signals of an object at this moment.
zx_signals_t SignalsOf(zx_handle_t handle);

// A duplicate with `removed` rights taken away, or with exactly `rights`; invalid on failure.
zx::handle Without(zx_handle_t handle, zx_rights_t removed);
zx::handle WithOnly(zx_handle_t handle, zx_rights_t rights);

// A value that was a handle and is closed now.
zx_handle_t ClosedHandle();

}  // namespace target
