// SPDX-License-Identifier: BSD-2-Clause
// Whether a CPU has asked all others to stop (cpu.cc); the NMI handler obeys.
#pragma once

namespace arch {
bool IsStopping();
}  // namespace arch
