// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/stage.h"

#include <arch/boot/machine.h>
#include <arch/profile.h>

#include "lib/base/assert.h"

namespace boot {
namespace {

constinit kernel::Handoff g_handoff;
constinit Entropy g_entropy;
constinit kernel::UartFacts g_failure_console = {};
constinit std::string_view g_failure_exit;

std::string_view NameOf(Stage stage) {
  switch (stage) {
    case Stage::kFirmware:
      return "firmware";
    case Stage::kMemory:
      return "memory";
    case Stage::kBootImage:
      return "boot image";
    case Stage::kKernel:
      return "kernel";
    case Stage::kMapping:
      return "mapping";
  }
  return "unknown";
}

}  // namespace

kernel::Handoff& TheHandoff() { return g_handoff; }
Entropy& TheEntropy() { return g_entropy; }

void SetConsole(const kernel::UartFacts& uart) {
  g_handoff.uart = uart;
  arch::boot::SetConsole(uart);
}

void SetFailureReport(const kernel::UartFacts& uart, std::string_view exit) {
  g_failure_console = uart;
  g_failure_exit = exit;
}

void Log(std::string_view text) {
  arch::boot::ConsolePut("boot: ");
  arch::boot::ConsolePut(text);
  arch::boot::ConsolePut("\n");
}

void FailWith(Stage stage, std::string_view found, std::string_view remedy) {
  std::string_view exit = FindOption(g_handoff.command(), "kernel.exit");
  if (exit.empty()) exit = g_failure_exit;
  if (g_handoff.uart.kind == kernel::UartKind::kNone) SetConsole(g_failure_console);
  arch::boot::ConsolePut("boot: ");
  arch::boot::ConsolePut(NameOf(stage));
  arch::boot::ConsolePut(": ");
  arch::boot::ConsolePut(found);
  arch::boot::ConsolePut("; ");
  arch::boot::ConsolePut(remedy);
  arch::boot::ConsolePut("\n");
  arch::WriteProfile();
  arch::boot::Stop(g_handoff, exit);
}

}  // namespace boot

extern "C" {

// A broken invariant of the boot stage itself.
[[noreturn]] void hafnon_assert_fail(const char* what, const char* file, int line) noexcept {
  boot::Fail(boot::Stage::kFirmware, "report this as a bug", "assertion {} at {}:{}", what, file,
             line);
}

}  // extern "C"
