// SPDX-License-Identifier: BSD-2-Clause
// Names of exception types.
#pragma once

#include <zircon/syscalls/exception.h>

#ifdef __cplusplus
extern "C" {
#endif

// The name of an exception type, such as "ZX_EXCP_FATAL_PAGE_FAULT"; "(UNKNOWN)" for others.
const char* zx_exception_get_string(uint32_t exception);

#ifdef __cplusplus
}
#endif
