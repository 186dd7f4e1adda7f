// SPDX-License-Identifier: BSD-2-Clause
// Page sizes a program may meet; the real one comes from zx_system_get_page_size().
#pragma once

#include <stdint.h>

#if defined(__x86_64__)
#define ZX_MIN_PAGE_SHIFT ((uint32_t)12u)
#define ZX_MAX_PAGE_SHIFT ((uint32_t)21u)
#else
#define ZX_MIN_PAGE_SHIFT ((uint32_t)12u)
#define ZX_MAX_PAGE_SHIFT ((uint32_t)16u)
#endif
#define ZX_MIN_PAGE_SIZE (((uintptr_t)1u) << ZX_MIN_PAGE_SHIFT)
#define ZX_MAX_PAGE_SIZE (((uintptr_t)1u) << ZX_MAX_PAGE_SHIFT)

// Messages of channels.
#define ZX_CHANNEL_MAX_MSG_BYTES ((uint32_t)65536u)
#define ZX_CHANNEL_MAX_MSG_HANDLES ((uint32_t)64u)
#define ZX_CHANNEL_MAX_MSG_IOVECS ((uint32_t)8192u)

// Bytes per kernel entry of the random generator.
#define ZX_CPRNG_DRAW_MAX_LEN 256
#define ZX_CPRNG_ADD_ENTROPY_MAX_LEN 256

// Entries of zx_object_wait_many().
#define ZX_WAIT_MANY_MAX_ITEMS ((uint32_t)64u)
