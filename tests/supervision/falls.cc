// SPDX-License-Identifier: BSD-2-Clause
// Says a word, without ending the line, and writes to address zero.
#include <stdio.h>

int main() {
  printf("last words");
  fflush(stdout);
  int* nowhere = nullptr;
  asm volatile("" : "+r"(nowhere));
  *nowhere = 1;
  return 0;
}
