// SPDX-License-Identifier: BSD-2-Clause
// Reads exception channels of components' jobs. It never handles an exception: the next handler
// gets it as soon as it is recorded.
#pragma once

#include <lib/zx/channel.h>

#include <optional>

#include "runner/crash_ring.h"

namespace runner {

// The next exception of `channel`, with what can be learned about its thread. What cannot (a type
// nobody knows, a process that is going away) stays zero and is recorded all the same. Nothing when
// there is no exception. Moniker, uptime, incarnation and time are the caller's.
std::optional<CrashRecord> ReadException(const zx::channel& channel);

}  // namespace runner
