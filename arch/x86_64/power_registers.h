// SPDX-License-Identifier: BSD-2-Clause
// Bring-up of the ways to power off that need a mapping (power.cc).
#pragma once

namespace arch {
void MapPowerRegisters();
}  // namespace arch
