// SPDX-License-Identifier: BSD-2-Clause
#include "tools/hafnon/junit.h"

namespace hafnon {

TestCounts CountTests(std::string_view junit) {
  constexpr std::string_view kCase = "<testcase ";
  TestCounts counts;
  size_t position = 0;
  while ((position = junit.find(kCase, position)) != std::string_view::npos) {
    const std::string_view tag = junit.substr(position, junit.find('>', position) - position);
    if (tag.find("status=\"run\"") != std::string_view::npos) {
      ++counts.passed;
    } else {
      ++counts.failed;
    }
    position += kCase.size();
  }
  return counts;
}

}  // namespace hafnon
