// SPDX-License-Identifier: BSD-2-Clause
// What a record looks like on the console.
#pragma once

#include <string_view>

#include "kernel/log.h"
#include "lib/base/format.h"

namespace kernel {

// Writes `[sec.usec][tag] LEVEL: text` and a newline for each line of `text` (at least one; a newline
// at its end is not one more). Control characters, with which a text could pretend to be another line, become '.'.
void WriteLogLines(base::FormatSink& sink, int64_t time_ns, Severity severity, std::string_view tag,
                   std::string_view text);

}  // namespace kernel
