// SPDX-License-Identifier: BSD-2-Clause
// What a program was started with, beyond what <zircon/process.h> offers.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// How many handles the start-up message carried.
size_t hafnon_startup_handle_count(void);

// The info word, PA_HND(type, arg), of the handle at `index`, whether or not somebody took it.
uint32_t hafnon_startup_handle_info(size_t index);

// The name of a handle's type, such as "PROC_SELF"; "USER" and friends included, "UNKNOWN" for the rest.
const char* hafnon_handle_type_name(uint32_t info);

#ifdef __cplusplus
}
#endif
