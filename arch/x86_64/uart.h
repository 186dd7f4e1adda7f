// SPDX-License-Identifier: BSD-2-Clause
// Bring-up of the console (console.cc).
#pragma once

namespace arch {
// Takes the port from the handoff; the boot stage has programmed speed and format.
void InitUart();
}  // namespace arch
