// SPDX-License-Identifier: BSD-2-Clause
// Names of status codes.
#pragma once

#include <zircon/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// The name of a status, such as "ZX_ERR_BAD_HANDLE"; "(UNKNOWN)" for others. Never NULL.
const char* zx_status_get_string(zx_status_t status);

#ifdef __cplusplus
}
#endif
