// SPDX-License-Identifier: BSD-2-Clause
// The ways out end the host program.
#pragma once

#include <cstdint>

namespace arch {

enum class ExitPath : uint8_t { kNone, kSemihosting, kIsaDebugExit };
void SetExitPath(ExitPath path);
[[noreturn]] void Shutdown(int status);
[[noreturn]] void Reboot();

}  // namespace arch
