// SPDX-License-Identifier: BSD-2-Clause
// Small compiler abstractions that programs written for this ABI expect.
#pragma once

#if defined(__cplusplus)
#define __BEGIN_CDECLS extern "C" {
#define __END_CDECLS }
#define __CONSTEXPR constexpr
#else
#define __BEGIN_CDECLS
#define __END_CDECLS
#define __CONSTEXPR
#endif

#define __GNUC_ALIGN(x) __attribute__((aligned(x)))
#define __ALWAYS_INLINE __attribute__((always_inline))
#define __NO_INLINE __attribute__((noinline))
#define __NO_RETURN __attribute__((noreturn))
#define __PACKED __attribute__((packed))
#define __PRINTFLIKE(format, arguments) __attribute__((format(printf, format, arguments)))
#define __UNUSED __attribute__((unused))
#define __USED __attribute__((used))
#define __WEAK __attribute__((weak))
#define __WEAK_ALIAS(name) __attribute__((weak, alias(name)))
#define __ALIAS(name) __attribute__((alias(name)))
#define __EXPORT __attribute__((visibility("default")))
#define __LOCAL __attribute__((visibility("hidden")))
#define __LEAF_FN __attribute__((leaf))
#define __PURE __attribute__((pure))
#define __CONST __attribute__((const))
#define __NONNULL(x) __attribute__((nonnull x))
#define __ALIGNED(x) __attribute__((aligned(x)))
#define __SECTION(name) __attribute__((section(name)))
#define __WARN_UNUSED_RESULT __attribute__((warn_unused_result))
#define __UNREACHABLE __builtin_unreachable()
#define __DEPRECATE __attribute__((deprecated))
#define __RESTRICT __restrict
#define __THREAD _Thread_local
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif
#define countof(a) (sizeof(a) / sizeof((a)[0]))
#define __ISCONSTANT(x) __builtin_constant_p(x)
#if defined(__cplusplus)
#define __FALLTHROUGH [[fallthrough]]
#else
#define __FALLTHROUGH __attribute__((fallthrough))
#endif
#define __OWNER(type)
#define __POINTER(type)
#define ZX_AVAILABLE_SINCE(level)
#define ZX_REMOVED_SINCE(...)
#define ZX_DEPRECATED_SINCE(...)
