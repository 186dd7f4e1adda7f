// SPDX-License-Identifier: BSD-2-Clause
// Stays until it is killed.
#include <stdio.h>

#include <zircon/syscalls.h>

int main() {
  printf("here to stay\n");
  zx_nanosleep(ZX_TIME_INFINITE);
  return 0;
}
