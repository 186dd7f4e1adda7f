// SPDX-License-Identifier: BSD-2-Clause
// Basic types of the system-call ABI: handles, rights, signals, time, addresses.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zircon/errors.h>
#include <zircon/rights.h>
#include <zircon/time.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t zx_status_t;

typedef uint32_t zx_handle_t;
#define ZX_HANDLE_INVALID ((zx_handle_t)0)
// Every valid handle has these bits set.
#define ZX_HANDLE_FIXED_BITS_MASK ((zx_handle_t)3)

typedef uint64_t zx_koid_t;
#define ZX_KOID_INVALID ((zx_koid_t)0)
#define ZX_KOID_KERNEL ((zx_koid_t)1)
#define ZX_KOID_FIRST ((zx_koid_t)1024)

typedef uint32_t zx_signals_t;
typedef uint32_t zx_obj_type_t;
typedef uint32_t zx_vm_option_t;
typedef uint64_t zx_off_t;
typedef uintptr_t zx_vaddr_t;
typedef uintptr_t zx_paddr_t;
typedef int32_t zx_futex_t;

// The size of the name property, including its NUL.
#define ZX_MAX_NAME_LEN (32)

typedef struct zx_string_view {
  const char* c_str;
  size_t length;
} zx_string_view_t;

#ifdef __cplusplus
}
#endif
