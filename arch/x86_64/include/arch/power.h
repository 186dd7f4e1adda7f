// SPDX-License-Identifier: BSD-2-Clause
// The ways out.
#pragma once

#include <cstdint>

namespace arch {

// How an exit status reaches whoever started the machine.
enum class ExitPath : uint8_t {
  kNone,           // power off; the status is lost
  kSemihosting,    // arm64 only; like kNone here
  kIsaDebugExit,   // QEMU's isa-debug-exit at port 0xf4
};
void SetExitPath(ExitPath path);

// Powers the machine off. With ExitPath::kIsaDebugExit QEMU's exit code is
// ((status + 16) << 1) | 1. Halts if nothing works.
[[noreturn]] void Shutdown(int status);
[[noreturn]] void Reboot();

}  // namespace arch
