// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/stage.h"

#include <arch/boot/machine.h>

#include "lib/base/assert.h"

namespace boot {
namespace {

constinit kernel::Handoff g_handoff;
constinit Entropy g_entropy;
constinit kernel::UartFacts g_console_for_failures = {};

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

void SetConsoleForFailures(const kernel::UartFacts& uart) { g_console_for_failures = uart; }

void Log(std::string_view text) {
  arch::boot::ConsolePut("boot: ");
  arch::boot::ConsolePut(text);
  arch::boot::ConsolePut("\n");
}

void FailWith(Stage stage, std::string_view found, std::string_view remedy) {
  if (g_handoff.uart.kind == kernel::UartKind::kNone) SetConsole(g_console_for_failures);
  arch::boot::ConsolePut("boot: ");
  arch::boot::ConsolePut(NameOf(stage));
  arch::boot::ConsolePut(": ");
  arch::boot::ConsolePut(found);
  arch::boot::ConsolePut("; ");
  arch::boot::ConsolePut(remedy);
  arch::boot::ConsolePut("\n");
  arch::boot::Stop(g_handoff, FindOption(g_handoff.command(), "kernel.exit"));
}

}  // namespace boot

extern "C" {

// A broken invariant of the boot stage itself.
[[noreturn]] void hafnon_assert_fail(const char* what, const char* file, int line) noexcept {
  boot::Fail(boot::Stage::kFirmware, "report this as a bug", "assertion {} at {}:{}", what, file,
             line);
}

}  // extern "C"
