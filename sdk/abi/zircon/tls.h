// SPDX-License-Identifier: BSD-2-Clause
// Slots beside the thread pointer that compiled code uses. Also read by assembler.
#pragma once

#if defined(__x86_64__)
#define ZX_TLS_STACK_GUARD_OFFSET 0x10
#define ZX_TLS_UNSAFE_SP_OFFSET 0x18
#elif defined(__aarch64__)
#define ZX_TLS_STACK_GUARD_OFFSET (-0x10)
#define ZX_TLS_UNSAFE_SP_OFFSET (-0x8)
#endif
