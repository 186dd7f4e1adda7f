// SPDX-License-Identifier: BSD-2-Clause
// The timer interrupt and the rate of the timer.
#pragma once

#include <cstdint>

namespace arch {

void HandleTimerInterrupt();
// Timer counts per counter tick, as a fraction of 2^32.
void SetTimerRatio(uint64_t ratio);
void SetCounterFrequency(uint64_t hertz);

}  // namespace arch
