// SPDX-License-Identifier: BSD-2-Clause
// What Switch() (<arch/context.h>) calls, and the first instructions of a new thread.
#include "arch/arm64/offsets.h"

#define CPACR_TRAP_USER (1 << 20)
#define CPACR_ALLOW (3 << 20)

// A field of the context at x0; offsets.h counts from the thread pointer.
#define FROM(field) CONTEXT_THREAD_POINTER + field

  .section .text.switch, "ax"
// In: x0 from, x1 to (both Context). Keeps x18, x29 and sp, nothing else. Out: x1 the context that goes on.
  .globl hafnon_switch
hafnon_switch:
  add x11, x1, #CONTEXT_THREAD_POINTER
  mov x9, sp
  ldrh w12, [x0, #FROM(CONTEXT_USER)]  // user, fp_used
  ldr w13, [x0, #FROM(CONTEXT_CPU)]
  stp x29, x30, [x0, #FROM(CONTEXT_SAVED_FRAME)]
  stp x9, x18, [x0, #FROM(CONTEXT_SAVED_SP)]
  str w13, [x11, #CONTEXT_CPU]
  cbz w12, 1f
  mrs x14, sp_el0
  mrs x15, tpidr_el0
  stp x14, x15, [x0, #FROM(CONTEXT_USER_SP)]
  tbz w12, #8, 1f
  add x0, x0, #FROM(CONTEXT_FP)
  bl hafnon_fp_save              // clobbers x9 only
1:
  msr tpidr_el1, x11
  ldrh w13, [x11, #CONTEXT_USER]
  ldp x9, x18, [x11, #CONTEXT_SAVED_SP]
  mov sp, x9
  cbz w13, 3f
  ldp x14, x15, [x11, #CONTEXT_USER_SP]
  msr sp_el0, x14
  msr tpidr_el0, x15
  tbz w13, #8, 2f
  mov w9, #CPACR_ALLOW
  msr cpacr_el1, x9
  add x0, x11, #CONTEXT_FP
  bl hafnon_fp_restore           // clobbers x9 only
  b 3f
2:
  // The thread has no FP state yet; the registers are somebody else's. Takes effect at the return to
  // user mode.
  mov w9, #CPACR_TRAP_USER
  msr cpacr_el1, x9
3:
  ldp x29, x30, [x11, #CONTEXT_SAVED_FRAME]
  ret

// Where the first Switch() to a prepared context goes on. In: on the stack, the function and its argument.
  .globl hafnon_thread_start
hafnon_thread_start:
  ldp x1, x0, [sp], #16
  blr x1
  brk #0

  .arch_extension fp
  .arch_extension simd
// In: x0 FpState. Clobbers x9.
  .globl hafnon_fp_save
hafnon_fp_save:
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
  mrs x9, fpcr
  str x9, [x0, #512]
  mrs x9, fpsr
  str x9, [x0, #520]
  ret

// In: x0 FpState. Clobbers x9.
  .globl hafnon_fp_restore
hafnon_fp_restore:
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
  ldr x9, [x0, #512]
  msr fpcr, x9
  ldr x9, [x0, #520]
  msr fpsr, x9
  ret
