// SPDX-License-Identifier: BSD-2-Clause
// Register sets of zx_thread_read_state() and zx_thread_write_state().
#pragma once

#include <zircon/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint32_t zx_thread_state_topic_t;
#define ZX_THREAD_STATE_GENERAL_REGS ((zx_thread_state_topic_t)0u)
#define ZX_THREAD_STATE_FP_REGS ((zx_thread_state_topic_t)1u)
#define ZX_THREAD_STATE_VECTOR_REGS ((zx_thread_state_topic_t)2u)
#define ZX_THREAD_STATE_DEBUG_REGS ((zx_thread_state_topic_t)4u)
#define ZX_THREAD_STATE_SINGLE_STEP ((zx_thread_state_topic_t)5u)

typedef uint32_t zx_thread_state_single_step_t;

typedef struct zx_x86_64_thread_state_general_regs {
  uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t rip;
  uint64_t rflags;
  uint64_t fs_base;
  uint64_t gs_base;
} zx_x86_64_thread_state_general_regs_t;

typedef struct zx_x86_64_thread_state_fp_regs {
  uint16_t fcw;
  uint16_t fsw;
  uint8_t ftw;
  uint8_t reserved;
  uint16_t fop;
  uint64_t fip;
  uint64_t fdp;
  uint8_t padding1[8];
  struct {
    uint64_t low;
    uint64_t high;
  } __attribute__((aligned(16))) st[8];
} zx_x86_64_thread_state_fp_regs_t;

typedef struct zx_x86_64_thread_state_vector_regs {
  struct {
    uint64_t v[8];
  } zmm[32];
  uint64_t opmask[8];
  uint32_t mxcsr;
  uint8_t padding1[4];
} zx_x86_64_thread_state_vector_regs_t;

typedef struct zx_x86_64_thread_state_debug_regs {
  uint64_t dr[4];
  uint64_t dr6;
  uint64_t dr7;
} zx_x86_64_thread_state_debug_regs_t;

typedef struct zx_arm64_thread_state_general_regs {
  uint64_t r[30];
  uint64_t lr;
  uint64_t sp;
  uint64_t pc;
  uint64_t cpsr;
  uint64_t tpidr;
} zx_arm64_thread_state_general_regs_t;

typedef struct zx_arm64_thread_state_fp_regs {
  uint32_t unused;
} zx_arm64_thread_state_fp_regs_t;

typedef struct zx_arm64_thread_state_vector_regs {
  uint32_t fpcr;
  uint32_t fpsr;
  struct {
    uint64_t low;
    uint64_t high;
  } v[32];
} zx_arm64_thread_state_vector_regs_t;

#define ZX_ARM64_MAX_HW_BREAKPOINTS 16
#define ZX_ARM64_MAX_HW_WATCHPOINTS 16

typedef struct zx_arm64_thread_state_debug_regs {
  struct {
    uint32_t dbgbcr;
    uint8_t padding1[4];
    uint64_t dbgbvr;
  } hw_bps[ZX_ARM64_MAX_HW_BREAKPOINTS];
  struct {
    uint32_t dbgwcr;
    uint8_t padding1[4];
    uint64_t dbgwvr;
  } hw_wps[ZX_ARM64_MAX_HW_WATCHPOINTS];
  uint64_t far;
  uint32_t esr;
  uint8_t hw_bps_count;
  uint8_t hw_wps_count;
  uint8_t padding1[2];
} zx_arm64_thread_state_debug_regs_t;

#if defined(__x86_64__)
typedef zx_x86_64_thread_state_general_regs_t zx_thread_state_general_regs_t;
typedef zx_x86_64_thread_state_fp_regs_t zx_thread_state_fp_regs_t;
typedef zx_x86_64_thread_state_vector_regs_t zx_thread_state_vector_regs_t;
typedef zx_x86_64_thread_state_debug_regs_t zx_thread_state_debug_regs_t;
#elif defined(__aarch64__)
typedef zx_arm64_thread_state_general_regs_t zx_thread_state_general_regs_t;
typedef zx_arm64_thread_state_fp_regs_t zx_thread_state_fp_regs_t;
typedef zx_arm64_thread_state_vector_regs_t zx_thread_state_vector_regs_t;
typedef zx_arm64_thread_state_debug_regs_t zx_thread_state_debug_regs_t;
#endif

#ifdef __cplusplus
}
#endif
