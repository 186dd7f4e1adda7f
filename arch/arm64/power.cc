// SPDX-License-Identifier: BSD-2-Clause
#include <arch/power.h>

#include <arch/cpu.h>

#include "arch/arm64/firmware.h"
#include "arch/arm64/state.h"

namespace arch {
namespace {

constinit ExitPath g_exit_path = ExitPath::kNone;

}  // namespace

void SetExitPath(ExitPath path) { g_exit_path = path; }

void Shutdown(int status) {
  if (g_exit_path == ExitPath::kSemihosting) {
    firmware::SemihostingExit(static_cast<uint32_t>(status));
  }
  firmware::Psci(machine.psci, firmware::kPsciSystemOff);
  Halt();
}

void Reboot() {
  firmware::Psci(machine.psci, firmware::kPsciSystemReset);
  Halt();
}

}  // namespace arch
