// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>

#include <vector>

// Uses the program's streams, heap and operators.
std::vector<int> Wire(const char* colour) {
  printf("a %s wire\n", colour);
  return std::vector<int>(3, 7);
}
