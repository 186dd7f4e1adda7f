// SPDX-License-Identifier: BSD-2-Clause
// Words of the command line in the Handoff.
#pragma once

#include <string_view>

#include "kernel/handoff.h"

namespace boot {

// Adds words to the command line, one space between; what does not fit is cut at a word.
void AppendCommandLine(kernel::Handoff& handoff, std::string_view words);

// The value of the last `key=value` word, or nothing.
std::string_view FindOption(std::string_view command_line, std::string_view key);

}  // namespace boot
