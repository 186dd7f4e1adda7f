// SPDX-License-Identifier: BSD-2-Clause
// The console is a string; see host_machine.h.
#pragma once

#include <string_view>

namespace arch {

void ConsolePut(std::string_view text);
// Always -1: nobody types.
int ConsoleGet();

}  // namespace arch
