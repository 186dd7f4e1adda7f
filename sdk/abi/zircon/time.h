// SPDX-License-Identifier: BSD-2-Clause
// Time in the system-call ABI: nanoseconds as int64_t; ticks of the machine's counter.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int64_t zx_time_t;
typedef int64_t zx_duration_t;
typedef int64_t zx_ticks_t;
typedef zx_time_t zx_instant_mono_t;
typedef zx_time_t zx_instant_boot_t;
typedef zx_ticks_t zx_instant_mono_ticks_t;
typedef zx_ticks_t zx_instant_boot_ticks_t;
typedef zx_duration_t zx_duration_mono_t;
typedef zx_duration_t zx_duration_boot_t;
typedef zx_ticks_t zx_duration_mono_ticks_t;
typedef zx_ticks_t zx_duration_boot_ticks_t;
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

#ifdef __cplusplus
#define ZX_TIME_INLINE static constexpr inline
#else
#define ZX_TIME_INLINE static inline
#endif

// Arithmetic that stops at the ends of the range instead of wrapping.
ZX_TIME_INLINE int64_t zx_internal_add(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b < 0 ? ZX_TIME_INFINITE_PAST : ZX_TIME_INFINITE;
  return sum;
}
ZX_TIME_INLINE int64_t zx_internal_sub(int64_t a, int64_t b) {
  int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) {
    return b < 0 ? ZX_TIME_INFINITE : ZX_TIME_INFINITE_PAST;
  }
  return difference;
}
ZX_TIME_INLINE int64_t zx_internal_mul(int64_t a, int64_t b) {
  int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) {
    return (a < 0) != (b < 0) ? ZX_TIME_INFINITE_PAST : ZX_TIME_INFINITE;
  }
  return product;
}
ZX_TIME_INLINE zx_time_t zx_time_add_duration(zx_time_t time, zx_duration_t duration) {
  return zx_internal_add(time, duration);
}
ZX_TIME_INLINE zx_time_t zx_time_sub_duration(zx_time_t time, zx_duration_t duration) {
  return zx_internal_sub(time, duration);
}
ZX_TIME_INLINE zx_duration_t zx_time_sub_time(zx_time_t time, zx_time_t other) {
  return zx_internal_sub(time, other);
}
ZX_TIME_INLINE zx_duration_t zx_duration_add_duration(zx_duration_t a, zx_duration_t b) {
  return zx_internal_add(a, b);
}
ZX_TIME_INLINE zx_duration_t zx_duration_sub_duration(zx_duration_t a, zx_duration_t b) {
  return zx_internal_sub(a, b);
}
ZX_TIME_INLINE zx_duration_t zx_duration_mul_int64(zx_duration_t duration, int64_t factor) {
  return zx_internal_mul(duration, factor);
}
ZX_TIME_INLINE int64_t zx_nsec_from_duration(zx_duration_t n) { return n; }
ZX_TIME_INLINE zx_duration_t zx_duration_from_nsec(int64_t n) { return n; }
ZX_TIME_INLINE zx_duration_t zx_duration_from_usec(int64_t n) { return zx_internal_mul(n, 1000); }
ZX_TIME_INLINE zx_duration_t zx_duration_from_msec(int64_t n) { return zx_internal_mul(n, 1000000); }
ZX_TIME_INLINE zx_duration_t zx_duration_from_sec(int64_t n) { return zx_internal_mul(n, 1000000000); }
ZX_TIME_INLINE zx_duration_t zx_duration_from_min(int64_t n) { return zx_internal_mul(n, 60000000000); }
ZX_TIME_INLINE zx_duration_t zx_duration_from_hour(int64_t n) {
  return zx_internal_mul(n, 3600000000000);
}
ZX_TIME_INLINE zx_time_t zx_time_from_nsec(zx_duration_t n) { return n; }
ZX_TIME_INLINE zx_ticks_t zx_ticks_add_ticks(zx_ticks_t a, zx_ticks_t b) { return zx_internal_add(a, b); }
ZX_TIME_INLINE zx_ticks_t zx_ticks_sub_ticks(zx_ticks_t a, zx_ticks_t b) { return zx_internal_sub(a, b); }
ZX_TIME_INLINE zx_ticks_t zx_ticks_mul_int64(zx_ticks_t ticks, int64_t factor) {
  return zx_internal_mul(ticks, factor);
}

#ifdef __cplusplus
}
#endif
