// SPDX-License-Identifier: BSD-2-Clause
// Ends in good order when it is asked to.
#include <stdio.h>

#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

int main() {
  const zx_handle_t lifecycle = zx_take_startup_handle(PA_HND(PA_LIFECYCLE, 0));
  if (zx_object_wait_one(lifecycle, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr) != ZX_OK) return 2;
  char message[64];
  uint32_t size = 0;
  if (zx_channel_read(lifecycle, 0, message, nullptr, sizeof(message), 0, &size, nullptr) != ZX_OK) return 3;
  printf("asked to stop with %u bytes\n", size);
  return 0;
}
