// SPDX-License-Identifier: BSD-2-Clause
// Assertions of programs: ZX_ASSERT is always on, ZX_DEBUG_ASSERT in debug builds only.
#pragma once

#include <zircon/compiler.h>

#ifdef __cplusplus
extern "C" {
#endif

// Prints the message and ends the process.
void __zx_panic(const char* format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#ifdef __cplusplus
}
#endif

#define ZX_PANIC(fmt, ...) __zx_panic((fmt), ##__VA_ARGS__)
#define ZX_ASSERT(x)                                                       \
  do {                                                                     \
    if (__builtin_expect(!(x), 0)) {                                       \
      ZX_PANIC("ASSERT FAILED at (%s:%d): %s\n", __FILE__, __LINE__, #x);  \
    }                                                                      \
  } while (0)
#define ZX_ASSERT_MSG(x, msg, msgargs...)                                                            \
  do {                                                                                               \
    if (__builtin_expect(!(x), 0)) {                                                                 \
      ZX_PANIC("ASSERT FAILED at (%s:%d): %s\n" msg "\n", __FILE__, __LINE__, #x, ##msgargs);        \
    }                                                                                                \
  } while (0)
#ifdef NDEBUG
#define ZX_DEBUG_ASSERT_IMPLEMENTED 0
#else
#define ZX_DEBUG_ASSERT_IMPLEMENTED 1
#endif
#define ZX_DEBUG_ASSERT(x)                              \
  do {                                                  \
    if (ZX_DEBUG_ASSERT_IMPLEMENTED) ZX_ASSERT(x);      \
  } while (0)
#define ZX_DEBUG_ASSERT_MSG(x, msg, msgargs...)                           \
  do {                                                                    \
    if (ZX_DEBUG_ASSERT_IMPLEMENTED) ZX_ASSERT_MSG(x, msg, ##msgargs);    \
  } while (0)
#define ZX_DEBUG_ASSERT_COND(x) ZX_DEBUG_ASSERT(x)
