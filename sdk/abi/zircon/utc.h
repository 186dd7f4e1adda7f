// SPDX-License-Identifier: BSD-2-Clause
// The process-wide UTC clock.
#pragma once

#include <zircon/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// The clock handle received at the start, or ZX_HANDLE_INVALID. Stays owned by the runtime.
zx_handle_t _zx_utc_reference_get(void);
zx_handle_t zx_utc_reference_get(void);

// Replaces it. On ZX_OK the old handle goes to the caller through `prev_utc_clock_handle_out`.
zx_status_t zx_utc_reference_swap(zx_handle_t new_utc_clock_handle,
                                  zx_handle_t* prev_utc_clock_handle_out);

#ifdef __cplusplus
}
#endif
