// SPDX-License-Identifier: BSD-2-Clause
// Field offsets for assembler, checked against the types in context.cc.
#pragma once

// From TPIDR_EL1, which points 16 bytes into Context.
#define CONTEXT_STACK_GUARD -16
#define CONTEXT_SHADOW_BASE 0
#define CONTEXT_VDSO_CODE_BASE 8
#define CONTEXT_PENDING 16
#define CONTEXT_STACK_TOP 24
#define CONTEXT_CPU 32
#define CONTEXT_FP_USED 36
#define CONTEXT_FP_LIVE 37
#define CONTEXT_ZEROES 40
#define CONTEXT_USER_SP 56
#define CONTEXT_SAVED_FRAME 72
#define CONTEXT_SAVED_SP 88
#define CONTEXT_FP_RESIDENCE 104
#define CONTEXT_FP 112
#define FP_CONTROL 0
#define FP_VECTORS 16
#define CONTEXT_THREAD_POINTER 16

#define FRAME_PLATFORM 0
#define FRAME_LINK 8
#define FRAME_LOW 16
#define FRAME_HIGH 160
#define FRAME_X29 240
#define FRAME_SP 248
#define FRAME_PC 256
#define FRAME_PSR 264
#define FRAME_ESR 272
#define FRAME_SIZE 288

#define KERNEL_STACK_SIZE 16384
#define KERNEL_STACK_SHIFT 14
#define SHADOW_STACK_SIZE 4096

// Of struct SecondaryStart in smp.cc.
#define START_TTBR1 0
#define START_TTBR0 8
#define START_MAIR 16
#define START_TCR 24
#define START_SCTLR 32
#define START_CONTEXT 40
#define START_CONTINUE 48

#define HANDOFF_STACK_GUARD 128
