// SPDX-License-Identifier: BSD-2-Clause
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include "sdk/rt/src/thread_memory.h"

namespace rt {

void SetThreadPointer(zx_handle_t self, uintptr_t thread_pointer) {
  const zx_status_t status =
      zx_object_set_property(self, ZX_PROP_REGISTER_FS, &thread_pointer, sizeof(thread_pointer));
  // Nothing compiled by a stock compiler runs without it, not even an error message.
  if (status != ZX_OK) zx_process_exit(status);
}

}  // namespace rt
