// SPDX-License-Identifier: BSD-2-Clause
// Compares what a guest printed with what it should have printed.
//
// An expectation file has one pattern per line, in the order in which lines must appear; other
// lines may stand between them. `*` stands for any text. At the start of a line `+` means "must
// appear anywhere", `~` "must not appear", `#` a comment; "#lines <= N" limits the number of lines
// in all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qemu {

// Whether `line` as a whole fits `pattern`.
bool Fits(std::string_view pattern, std::string_view line);

// Nothing when `output` is as expected, otherwise a sentence that says what is missing or wrong.
std::optional<std::string> CompareTranscript(std::string_view expectation, std::string_view output);

}  // namespace qemu
