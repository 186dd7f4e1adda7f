// SPDX-License-Identifier: BSD-2-Clause
// The boot stage: from what the firmware left behind to a running kernel.
//
// A front end (device tree, PVH and ACPI) runs first, with the memory it was loaded into mapped one
// to one and interrupts masked:
//
//   1. SetConsole() as soon as a UART is known, even if it is only the board's constant;
//   2. MemoryMap(TheHandoff()): AddRam() for all RAM, Remove() what may not even be mapped,
//      Reserve() what must stay, the ZBI (kZbi) and its own tables (kBootData);
//   3. Handoff::cpus, uart, interrupts, timer, power, zbi (where the initrd lies), machine,
//      boot_path, entry_counter and the command line (AppendCommandLine());
//   4. TheEntropy().Absorb() for every seed it finds;
//   5. Run().
//
// What the architecture gives is in <arch/boot/machine.h> and <arch/boot/tables.h>.
#pragma once

#include <string_view>

#include "kernel/boot/command_line.h"
#include "kernel/boot/entropy.h"
#include "kernel/boot/memory_map.h"
#include "kernel/handoff.h"
#include "lib/base/format.h"

namespace boot {

// The one Handoff, filled in place.
kernel::Handoff& TheHandoff();
Entropy& TheEntropy();

// From here on Log() and Fail() reach this UART, which the kernel will use too.
void SetConsole(const kernel::UartFacts& uart);

// Where Fail() writes when it is called before SetConsole(), and how it reports the exit, as kernel.exit=, when
// no command line says so. Guesses, such as a board's constants, for the time when the machine's own
// description has not been read.
void SetFailureReport(const kernel::UartFacts& uart, std::string_view exit);

// Everything from a complete set of facts to the jump into the kernel.
[[noreturn]] void Run(kernel::Handoff& handoff);

// Where something went wrong; the first word of the message.
enum class Stage { kFirmware, kMemory, kBootImage, kKernel, kMapping };

// Prints "boot: <stage>: <found>; <remedy>" and stops the machine, with a failing exit status if the
// command line names a way to report one (kernel.exit=...) or SetFailureReport() did.
[[noreturn]] void FailWith(Stage stage, std::string_view found, std::string_view remedy);

// FailWith() with a formatted finding.
template <class... Arguments>
[[noreturn]] void Fail(Stage stage, std::string_view remedy, std::string_view format,
                       const Arguments&... arguments) {
  char text[160];
  FailWith(stage, base::Format(text, format, arguments...), remedy);
}

// One line on the console. Quiet machines boot fast: only for what somebody will need to know.
void Log(std::string_view text);

}  // namespace boot
