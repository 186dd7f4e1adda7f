// SPDX-License-Identifier: BSD-2-Clause
// Writes more lines than anybody wants to read, and more than fit into its stream at once, then one
// to standard error without a newline.
#include <stdio.h>

#include <zircon/syscalls.h>

int main() {
  int lost = 0;
  for (int i = 1; i <= 40'000; ++i) {
    char line[32];
    snprintf(line, sizeof(line), "line %d of a flood\n", i);
    if (fputs(line, stdout) == EOF) ++lost;
  }
  // The rate lets one through again.
  zx_nanosleep(zx_deadline_after(1'000'000'000));
  fputs("a warning at the end", stderr);
  return lost == 0 ? 3 : 4;
}
