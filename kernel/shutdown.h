// SPDX-License-Identifier: BSD-2-Clause
// Ways for the machine to end in good order.
#pragma once

#include <cstdint>

namespace kernel {

// Audits the kernel if the command line asks for it (a finding makes the status fail) and powers off.
[[noreturn]] void ShutdownMachine(uint32_t status);

// Stops the machine with a dump of all threads unless it has ended after `timeout_ms`; 0: never.
void StartHangTimer(uint32_t timeout_ms);

}  // namespace kernel
