// SPDX-License-Identifier: BSD-2-Clause
// Counts the results in the JUnit file that ctest writes.
#pragma once

#include <string_view>

namespace hafnon {

struct TestCounts {
  int passed = 0;
  int failed = 0;  // includes tests that were not run or disabled
};

TestCounts CountTests(std::string_view junit);

}  // namespace hafnon
