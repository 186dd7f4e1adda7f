// SPDX-License-Identifier: BSD-2-Clause
// The serial port of the handoff, polled. Callers serialise.
#pragma once

#include <string_view>

namespace arch {

// Writes text; "\n" goes out as "\r\n".
void ConsolePut(std::string_view text);
// The next character that has arrived, or -1.
int ConsoleGet();

}  // namespace arch
