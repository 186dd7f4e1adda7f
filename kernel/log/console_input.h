// SPDX-License-Identifier: BSD-2-Clause
// What is typed at the serial console, for zx_debug_read().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kernel {

// Lets the port interrupt when characters arrive. Once, on the boot CPU, when its interrupts can be
// unmasked. Where the port has no line, ConsoleRead() polls it.
void InitConsoleInput();

// Takes what has arrived if `irq` is the console's; false if it is another's. With interrupts off.
bool HandleConsoleInterrupt(uint32_t irq);

// Moves the oldest characters to `to`; how many there were, at most `to.size()`, 0 if none. What got
// lost since the last call, because nobody read for too long, is reported in the log. Call without
// holding any lock.
size_t ConsoleRead(std::span<char> to);

}  // namespace kernel
