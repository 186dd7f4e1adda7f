// SPDX-License-Identifier: BSD-2-Clause
// What the C++ parts of the vDSO share. This code runs in foreign programs: no thread-local
// storage, no second stack, no stack guard, no writable data, no relocations.
#pragma once

#include <zircon/syscalls.h>

#include "sdk/vdso/data.h"

// The pages the kernel fills; volatile, because the compiler sees nobody write them.
extern "C" [[gnu::visibility("hidden")]] const volatile vdso::TimeValues DATA_TIME_VALUES;
extern "C" [[gnu::visibility("hidden")]] const volatile vdso::Constants DATA_CONSTANTS;

// The kernel entries that only the vDSO uses.
#define VDSO_KERNEL_ENTRY(type, name, arguments) \
  extern "C" [[gnu::visibility("hidden")]] type SYSCALL_zx_##name arguments
VDSO_KERNEL_ENTRY(zx_instant_mono_t, clock_get_monotonic_via_kernel, (void));
VDSO_KERNEL_ENTRY(zx_instant_boot_t, clock_get_boot_via_kernel, (void));
VDSO_KERNEL_ENTRY(zx_ticks_t, ticks_get_via_kernel, (void));
VDSO_KERNEL_ENTRY(zx_ticks_t, ticks_get_boot_via_kernel, (void));
VDSO_KERNEL_ENTRY(zx_status_t, cprng_draw_once, (void* buffer, size_t buffer_size));
VDSO_KERNEL_ENTRY(zx_status_t, channel_call_noretry,
                  (zx_handle_t handle, uint32_t options, zx_instant_mono_t deadline,
                   const zx_channel_call_args_t* args, uint32_t* actual_bytes, uint32_t* actual_handles));
VDSO_KERNEL_ENTRY(zx_status_t, channel_call_finish,
                  (zx_instant_mono_t deadline, const zx_channel_call_args_t* args, uint32_t* actual_bytes,
                   uint32_t* actual_handles));

// Before a definition of _zx_<name>: exports it, and zx_<name> as its weak alias.
#define VDSO_EXPORT(name)                                                                         \
  extern "C" [[gnu::weak, gnu::alias("_zx_" #name), gnu::visibility("default")]] decltype(_zx_##name) \
      zx_##name;                                                                                  \
  extern "C" [[gnu::visibility("default")]]
