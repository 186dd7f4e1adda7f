// SPDX-License-Identifier: BSD-2-Clause
// Requests to a loader service. Each waits up to 30 seconds for its answer, so whoever serves the
// channel must be another thread or process.
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/vmo.h>

#include <string_view>

#include "lib/base/result.h"

namespace launch {

// The library `name`, readable and executable.
// Errors: what the service answers (ZX_ERR_NOT_FOUND: it has no such library); ZX_ERR_BAD_STATE its
// answer makes no sense; ZX_ERR_INVALID_ARGS the name is too long; ZX_ERR_TIMED_OUT; those of
// zx_channel_call.
base::Result<zx::vmo> LoadObject(const zx::channel& loader, std::string_view name);

// Tells which sub-directory to look into, see ldsvc::LibrarySearch. Errors as above.
base::Result<> ConfigureLoader(const zx::channel& loader, std::string_view text);

// Has the service serve the other end of `client` too, with the same configuration. Errors as
// above.
base::Result<> CloneLoader(const zx::channel& loader, zx::channel client);

// Says good-bye; the service closes its end. Nobody answers, so there is nothing to wait for.
void FinishLoader(const zx::channel& loader);

}  // namespace launch
