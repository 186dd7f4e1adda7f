// SPDX-License-Identifier: BSD-2-Clause
// Numbers that assembler and C++ share. per_cpu.cc checks them against the types.
#pragma once

// Selectors. SYSRET wants user data directly below user code.
#define KERNEL_CODE 0x08
#define KERNEL_DATA 0x10
#define USER_DATA 0x23
#define USER_CODE 0x2b
#define TSS_SELECTOR 0x30

// PerCpu, reached through GS. The compiler reads the stack guard at 16.
#define CPU_SELF 0
#define CPU_USER_SP 8
#define CPU_STACK_GUARD 16
#define CPU_KERNEL_SP 24
#define CPU_CONTEXT 32
#define CPU_INDEX 40
#define CPU_TSS_RSP0 68

// Context.
#define CONTEXT_SAVED_SP 0
#define CONTEXT_VDSO_CODE_BASE 8
#define CONTEXT_PENDING 16
#define CONTEXT_STACK_TOP 24
#define CONTEXT_FS_BASE 32
#define CONTEXT_GS_BASE 40
#define CONTEXT_FP_STATE 48
#define CONTEXT_USER 56
#define USER_SLOW 1
#define USER_FAST 2

// CpuFeatures.
#define FEATURES_FP_MASK 0

// TrapFrame.
#define FRAME_SIZE 176
#define FRAME_RAX 112
#define FRAME_CS 144

// kTrampoline of layout.h. The start data of another CPU, inside the trampoline page.
#define TRAMPOLINE_PHYSICAL 0x8000
#define TRAMPOLINE_DATA 0xf00
#define START_ROOT 0
#define START_PER_CPU 8
#define START_STACK 16
#define START_ENTRY 24

#define SYSCALL_VECTOR 0x100
