// SPDX-License-Identifier: BSD-2-Clause
// The segment bases of user mode while their thread runs.
#pragma once

#include <cstdint>

namespace arch {

uint64_t ReadUserFs();
uint64_t ReadUserGs();

}  // namespace arch
