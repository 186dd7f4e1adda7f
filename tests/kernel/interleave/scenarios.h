// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <span>

#include "tests/kernel/interleave/stage.h"

namespace interleave {

// The key of packets about signals.
inline constexpr uint64_t kKey = 7;

// Pairs of calls that share an object.
std::span<const Scenario> AllScenarios();

}  // namespace interleave
