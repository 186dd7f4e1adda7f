// SPDX-License-Identifier: BSD-2-Clause
// What must happen before the process ends.
#pragma once

namespace rt {

// Writes out what standard output and error still hold. Safe at any time, also after a failure.
void FlushStandardStreams();

}  // namespace rt
