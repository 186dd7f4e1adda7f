// SPDX-License-Identifier: BSD-2-Clause
// The serial port of the handoff, polled. Callers serialise
// writing, and reading.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace arch {

// Writes text; "\n" goes out as "\r\n".
void ConsolePut(std::string_view text);
// The next character that has arrived, or -1.
int ConsoleGet();
// Makes the port raise its interrupt while characters are waiting. Its line, for UnmaskInterrupt();
// nothing if there is no port or no line.
std::optional<uint32_t> ConsoleEnableInput();

}  // namespace arch
