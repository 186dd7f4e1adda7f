// SPDX-License-Identifier: BSD-2-Clause
// layers ROOT: prints every include that points the wrong way; fails if there is one.
#include <cstdio>

#include "tools/layers/layers.h"

int main(int count, char** words) {
  if (count != 2) {
    fputs("usage: layers ROOT\n", stderr);
    return 2;
  }
  const std::vector<std::string> problems = layers::CheckTree(words[1]);
  for (const std::string& problem : problems) puts(problem.c_str());
  return problems.empty() ? 0 : 1;
}
