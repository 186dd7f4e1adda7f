// SPDX-License-Identifier: BSD-2-Clause
#include <arch/power.h>

#include <arch/cpu.h>

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/machine.h"
#include "arch/x86_64/power_registers.h"

namespace arch {
namespace {

constexpr uint16_t kIsaDebugExitPort = 0xf4;
constexpr uint16_t kResetControlPort = 0xcf9, kKeyboardPort = 0x64;

constinit ExitPath exit_path = ExitPath::kNone;
constinit volatile std::byte* sleep_register = nullptr;

}  // namespace

void SetExitPath(ExitPath path) { exit_path = path; }

void MapPowerRegisters() {
  if (machine.sleep_address != 0) {
    sleep_register = MapRegisters(kSleepRegisterPage, machine.sleep_address);
  }
}

void Shutdown(int status) {
  if (exit_path == ExitPath::kIsaDebugExit) {
    // QEMU's exit code is (value << 1) | 1; 16 keeps it apart from QEMU's own failures.
    Out32(kIsaDebugExitPort, static_cast<uint32_t>(status + 16));
  }
  if (machine.sleep_port != 0) {
    Out16(static_cast<uint16_t>(machine.sleep_port), static_cast<uint16_t>(machine.sleep_value));
  }
  if (sleep_register != nullptr) {
    *sleep_register = static_cast<std::byte>(machine.sleep_value);
  }
  Halt();
}

void Reboot() {
  if (machine.reset_port != 0) {
    Out8(static_cast<uint16_t>(machine.reset_port), static_cast<uint8_t>(machine.reset_value));
  }
  Out8(kResetControlPort, 6);
  Out8(kKeyboardPort, 0xfe);
  // An exception without descriptor table resets the processor.
  Lidt(0, 1);
  asm volatile("ud2");
  Halt();
}

}  // namespace arch
