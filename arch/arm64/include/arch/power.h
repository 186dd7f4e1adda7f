// SPDX-License-Identifier: BSD-2-Clause
// The ways out.
#pragma once

#include <cstdint>

namespace arch {

// How an exit status reaches whoever started the machine.
enum class ExitPath : uint8_t {
  kNone,           // power off; the status is lost
  kSemihosting,    // an emulator or debugger takes the status
  kIsaDebugExit,   // x86-64 only; like kNone here
};
void SetExitPath(ExitPath path);

// Powers the machine off. With ExitPath::kSemihosting the emulator's exit code is `status`. Halts if
// nothing works.
[[noreturn]] void Shutdown(int status);
[[noreturn]] void Reboot();

}  // namespace arch
