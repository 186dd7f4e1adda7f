// SPDX-License-Identifier: BSD-2-Clause
// What a dynamic linker is told: a bootstrap message in front of the program's own.
#pragma once

#include <zircon/processargs.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lib/base/result.h"
#include "lib/procargs/procargs.h"

namespace procargs {

// The handles of a linker message in their order; behind them PA_FD 0, a debuglog, when the
// launcher gives the linker one to complain to.
inline constexpr std::array<uint32_t, 5> kLinkerHandles = {
    HandleInfo(PA_LDSVC_LOADER, 0), HandleInfo(PA_VMO_EXECUTABLE, 0), HandleInfo(PA_VMAR_LOADED, 0),
    HandleInfo(PA_PROC_SELF, 0), HandleInfo(PA_VMAR_ROOT, 0)};
inline constexpr uint32_t kLinkerLog = HandleInfo(PA_FD, 0);

// Environment entries of the program that its linker gets to see, at most.
inline constexpr size_t kMaxLinkerEnvironment = 16;

// Whether the environment entry is meant for the linker too: LD_DEBUG=... or LD_TRACE=...
constexpr bool IsForLinker(std::string_view entry) {
  return entry.starts_with("LD_DEBUG=") || entry.starts_with("LD_TRACE=");
}

// Writes the linker message of a program with these arguments and this environment into `buffer`:
// its handles, with the log or without, the first argument, what IsForLinker. Returns the size.
// Errors: those of Build, and ZX_ERR_INVALID_ARGS more than kMaxLinkerEnvironment entries.
base::Result<size_t> BuildForLinker(std::span<const std::string_view> arguments,
                                    std::span<const std::string_view> environment, bool with_log,
                                    std::span<std::byte> buffer);

}  // namespace procargs
