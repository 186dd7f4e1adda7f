// SPDX-License-Identifier: BSD-2-Clause
// What Switch() (<arch/context.h>) calls, and the first instructions of a new thread.
#include "arch/arm64/offsets.h"

#define CPACR_TRAP_USER (1 << 20)
#define CPACR_ALLOW (3 << 20)

// A field of the context at x0; offsets.h counts from the thread pointer.
#define FROM(field) CONTEXT_THREAD_POINTER + field

  .section .text.switch, "ax"
  .arch_extension fp
  .arch_extension simd
// In: x0 from, x1 to (both Context). Keeps x18, x29 and sp, nothing else. Out: x1 the context that goes on.
// Contexts that never enter user mode take the user registers with them as well, which does no harm.
  .globl hafnon_switch
hafnon_switch:
  add x11, x1, #CONTEXT_THREAD_POINTER
  mov x9, sp
  ldr x13, [x0, #FROM(CONTEXT_CPU)]  // fp_used, fp_live in the upper half
  stp x29, x30, [x0, #FROM(CONTEXT_SAVED_FRAME)]
  stp x9, x18, [x0, #FROM(CONTEXT_SAVED_SP)]
  mrs x14, sp_el0
  mrs x15, tpidr_el0
  stp x14, x15, [x0, #FROM(CONTEXT_USER_SP)]
  str w13, [x11, #CONTEXT_CPU]
  tbz x13, #32, fp_saved
  mrs x9, fpcr
  mrs x10, fpsr
  stp x9, x10, [x0, #FROM(CONTEXT_FP) + FP_CONTROL]
  tbnz x13, #40, fp_save_all
  stp d8, d9, [x0, #FROM(CONTEXT_FP) + FP_VECTORS]
  stp d10, d11, [x0, #FROM(CONTEXT_FP) + FP_VECTORS + 16]
  stp d12, d13, [x0, #FROM(CONTEXT_FP) + FP_VECTORS + 32]
  stp d14, d15, [x0, #FROM(CONTEXT_FP) + FP_VECTORS + 48]
fp_saved:
  msr tpidr_el1, x11
  ldrb w12, [x11, #CONTEXT_FP_USED]
  ldp x9, x18, [x11, #CONTEXT_SAVED_SP]
  ldp x14, x15, [x11, #CONTEXT_USER_SP]
  mov sp, x9
  msr sp_el0, x14
  msr tpidr_el0, x15
  cbnz w12, fp_return
  // The thread has no FP state yet; the registers are somebody else's. Takes effect at the return to
  // user mode.
  mov w9, #CPACR_TRAP_USER
  msr cpacr_el1, x9
  ldp x29, x30, [x11, #CONTEXT_SAVED_FRAME]
  ret

// In: x0 from.
fp_save_all:
  add x0, x0, #FROM(CONTEXT_FP) + FP_VECTORS
  stp q0, q1, [x0]
  stp q2, q3, [x0, #32]
  stp q4, q5, [x0, #64]
  stp q6, q7, [x0, #96]
  stp q8, q9, [x0, #128]
  stp q10, q11, [x0, #160]
  stp q12, q13, [x0, #192]
  stp q14, q15, [x0, #224]
  stp q16, q17, [x0, #256]
  stp q18, q19, [x0, #288]
  stp q20, q21, [x0, #320]
  stp q22, q23, [x0, #352]
  stp q24, q25, [x0, #384]
  stp q26, q27, [x0, #416]
  stp q28, q29, [x0, #448]
  stp q30, q31, [x0, #480]
  b fp_saved

// In: x11 the thread pointer of a context that uses FP registers and goes on, x1 the context, w13 the CPU.
fp_return:
  mov w9, #CPACR_ALLOW
  msr cpacr_el1, x9
  adr x14, hafnon_fp_residence
  ldr x9, [x11, #CONTEXT_FP_RESIDENCE]
  ldr x10, [x14, w13, uxtw #3]
  ldp x29, x30, [x11, #CONTEXT_SAVED_FRAME]
  cmp x9, x10
  b.ne fp_load
  ret

// In: x0 Context that is the current one. Keeps x1.
  .globl hafnon_fp_restore
hafnon_fp_restore:
  add x11, x0, #CONTEXT_THREAD_POINTER
  ldr w13, [x11, #CONTEXT_CPU]
  adr x14, hafnon_fp_residence
  ldr x10, [x14, w13, uxtw #3]
// In: x11 its thread pointer, w13 the CPU, x14 the table, x10 this CPU's number there. Clobbers x0, x9, x10.
fp_load:
  add x0, x11, #CONTEXT_FP + FP_VECTORS
  and x10, x10, #~0xff
  add x10, x10, #0x100
  add x10, x10, w13, uxtw
  str x10, [x14, w13, uxtw #3]
  str x10, [x11, #CONTEXT_FP_RESIDENCE]
  ldp x9, x10, [x11, #CONTEXT_FP + FP_CONTROL]
  msr fpcr, x9
  msr fpsr, x10
  ldrb w9, [x11, #CONTEXT_FP_LIVE]
  cbz w9, 1f
  ldp q0, q1, [x0]
  ldp q2, q3, [x0, #32]
  ldp q4, q5, [x0, #64]
  ldp q6, q7, [x0, #96]
  ldp q8, q9, [x0, #128]
  ldp q10, q11, [x0, #160]
  ldp q12, q13, [x0, #192]
  ldp q14, q15, [x0, #224]
  ldp q16, q17, [x0, #256]
  ldp q18, q19, [x0, #288]
  ldp q20, q21, [x0, #320]
  ldp q22, q23, [x0, #352]
  ldp q24, q25, [x0, #384]
  ldp q26, q27, [x0, #416]
  ldp q28, q29, [x0, #448]
  ldp q30, q31, [x0, #480]
  ret
1:
  ldp d8, d9, [x0]
  ldp d10, d11, [x0, #16]
  ldp d12, d13, [x0, #32]
  ldp d14, d15, [x0, #48]
  // The others are not the thread's any more, and nobody else's to see.
  .irp number, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  movi v\number\().2d, #0
  .endr
  ret

// Where the first Switch() to a prepared context goes on. In: on the stack, the function and its argument.
  .globl hafnon_thread_start
hafnon_thread_start:
  ldp x1, x0, [sp], #16
  blr x1
  brk #0
