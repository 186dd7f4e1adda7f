// SPDX-License-Identifier: BSD-2-Clause
// A call on a channel, which goes on while its thread is interrupted.
#include "sdk/vdso/private.h"

VDSO_EXPORT(channel_call)
zx_status_t _zx_channel_call(zx_handle_t handle, uint32_t options, zx_instant_mono_t deadline,
                             const zx_channel_call_args_t* args, uint32_t* actual_bytes,
                             uint32_t* actual_handles) {
  zx_status_t status = SYSCALL_zx_channel_call_noretry(handle, options, deadline, args,
                                                       actual_bytes, actual_handles);
  // The request has been sent: only the wait is to be taken up again.
  while (status == ZX_ERR_INTERNAL_INTR_RETRY) {
    status = SYSCALL_zx_channel_call_finish(deadline, args, actual_bytes, actual_handles);
  }
  return status;
}
