// SPDX-License-Identifier: BSD-2-Clause
// What a process knows about itself: the handles it was started with.
#pragma once

#include <zircon/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// Takes the start-up handle with this info word (PA_HND(type, arg)); ownership goes to the caller.
// ZX_HANDLE_INVALID when there is none or it was taken before.
zx_handle_t zx_take_startup_handle(uint32_t hnd_info);

// Handles of the process itself. They stay owned by the runtime; do not close them.
zx_handle_t _zx_thread_self(void);
zx_handle_t zx_thread_self(void);
zx_handle_t _zx_process_self(void);
zx_handle_t zx_process_self(void);
zx_handle_t _zx_vmar_root_self(void);
zx_handle_t zx_vmar_root_self(void);
zx_handle_t _zx_job_default(void);
zx_handle_t zx_job_default(void);

#ifdef __cplusplus
}
#endif
