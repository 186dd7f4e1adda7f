// SPDX-License-Identifier: BSD-2-Clause
// What a storm has seen, in words.
#pragma once

#include "tests/storm/coverage.h"

namespace storm {

// Which documented (call, status) pairs were seen, which not, and which came without being documented.
void PrintCoverage(const Coverage& coverage);

// What each thread is in, for a report about a hang or an accident.
void PrintCurrentCalls(const Coverage& coverage);

}  // namespace storm
