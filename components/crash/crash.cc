// SPDX-License-Identifier: BSD-2-Clause
// Writes to address zero, on purpose. The rest of the system must not notice.
#include <stdio.h>

int main() {
  printf("about to write to address 0\n");
  fflush(stdout);
  // Hidden from the compiler, which would turn an obvious null write into a trap instruction.
  int* nowhere = nullptr;
  asm volatile("" : "+r"(nowhere));
  *nowhere = 1;
  printf("still here: the write to address 0 went through\n");
  return 1;
}
