// SPDX-License-Identifier: BSD-2-Clause
// Time in the system-call ABI: nanoseconds as int64_t; ticks of the machine's counter.
#pragma once

#include <stdint.h>

typedef int64_t zx_time_t;
typedef int64_t zx_duration_t;
typedef int64_t zx_ticks_t;
typedef zx_time_t zx_instant_mono_t;
typedef zx_time_t zx_instant_boot_t;
typedef zx_ticks_t zx_instant_mono_ticks_t;
typedef zx_ticks_t zx_instant_boot_ticks_t;
typedef zx_duration_t zx_duration_mono_t;
typedef zx_duration_t zx_duration_boot_t;
typedef uint32_t zx_clock_t;

#define ZX_CLOCK_MONOTONIC ((zx_clock_t)0)
#define ZX_CLOCK_BOOT ((zx_clock_t)1)

#define ZX_TIME_INFINITE INT64_MAX
#define ZX_TIME_INFINITE_PAST INT64_MIN

#define ZX_NSEC(n) ((zx_duration_t)(n))
#define ZX_USEC(n) ((zx_duration_t)(1000LL * (n)))
#define ZX_MSEC(n) ((zx_duration_t)(1000000LL * (n)))
#define ZX_SEC(n) ((zx_duration_t)(1000000000LL * (n)))
#define ZX_MIN(n) (ZX_SEC(n) * 60LL)
#define ZX_HOUR(n) (ZX_MIN(n) * 60LL)
