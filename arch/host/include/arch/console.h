// SPDX-License-Identifier: BSD-2-Clause
// The console is a string; see host_machine.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace arch {

void ConsolePut(std::string_view text);
// What host::Type() has typed.
int ConsoleGet();
// Always nothing: the port is polled.
std::optional<uint32_t> ConsoleEnableInput();

}  // namespace arch
