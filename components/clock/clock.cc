// SPDX-License-Identifier: BSD-2-Clause
// Prints the time ten times. Reading it does not enter the kernel.
#include <inttypes.h>
#include <stdio.h>

#include <lib/zx/clock.h>

int main() {
  zx::time earlier = zx::clock::get_monotonic();
  for (int i = 1; i <= 10; ++i) {
    const zx::time now = zx::clock::get_monotonic();
    printf("%2d: %" PRId64 ".%06" PRId64 " ms, %" PRId64 " ns later\n", i, now.get() / 1'000'000,
           now.get() % 1'000'000, (now - earlier).to_nsecs());
    earlier = now;
  }
  return 0;
}
