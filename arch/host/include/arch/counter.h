// SPDX-License-Identifier: BSD-2-Clause
// Time is a number that the test advances; 1 tick = 1 ns unless host::SetCounterFrequency() says
// otherwise.
#pragma once

#include <cstdint>

namespace arch {

uint64_t ReadCounter();
inline uint64_t ReadCounterUnordered() { return ReadCounter(); }
uint64_t CounterFrequency();
// Remembered only; the test calls kernel::HandleTimer().
void SetDeadline(uint64_t counter);
void ClearDeadline();

}  // namespace arch
