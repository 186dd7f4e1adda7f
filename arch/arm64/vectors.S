// SPDX-License-Identifier: BSD-2-Clause
// The exception vectors. Calls, all in exceptions.cc: hafnon_user_sync, hafnon_user_interrupt,
// hafnon_bad_syscall, hafnon_pending, hafnon_kernel_sync, hafnon_kernel_fatal,
// hafnon_kernel_stack_overflow.
//
// In user mode SP_EL1 is the top of the thread's kernel stack and every frame lies right below it.
// Interrupts are masked from entry to return. x18 is the kernel's shadow call stack pointer.
#include "arch/arm64/offsets.h"
#include "arch/syscall_table.h"

  .arch armv8-a

// Stores all of a user frame except x18, x30 (done), makes x18 and x29 the kernel's. Clobbers x9-x11.
.macro save_user_frame
  stp x0, x1, [sp, #FRAME_LOW]
  stp x2, x3, [sp, #FRAME_LOW + 16]
  stp x4, x5, [sp, #FRAME_LOW + 32]
  stp x6, x7, [sp, #FRAME_LOW + 48]
  stp x8, x9, [sp, #FRAME_LOW + 64]
  stp x10, x11, [sp, #FRAME_LOW + 80]
  stp x12, x13, [sp, #FRAME_LOW + 96]
  stp x14, x15, [sp, #FRAME_LOW + 112]
  stp x16, x17, [sp, #FRAME_LOW + 128]
  save_user_high
.endm

.macro save_user_high
  stp x19, x20, [sp, #FRAME_HIGH]
  stp x21, x22, [sp, #FRAME_HIGH + 16]
  stp x23, x24, [sp, #FRAME_HIGH + 32]
  stp x25, x26, [sp, #FRAME_HIGH + 48]
  stp x27, x28, [sp, #FRAME_HIGH + 64]
  mrs x9, sp_el0
  stp x29, x9, [sp, #FRAME_X29]
  mrs x10, elr_el1
  mrs x11, spsr_el1
  stp x10, x11, [sp, #FRAME_PC]
  mrs x10, esr_el1
  mrs x11, far_el1
  stp x10, x11, [sp, #FRAME_ESR]
  mrs x9, tpidr_el1
  ldr x18, [x9, #CONTEXT_SHADOW_BASE]
  mov x29, xzr
.endm

// Loads x0-x30 from the frame at sp.
.macro load_registers
  ldp x0, x1, [sp, #FRAME_LOW]
  ldp x2, x3, [sp, #FRAME_LOW + 16]
  ldp x4, x5, [sp, #FRAME_LOW + 32]
  ldp x6, x7, [sp, #FRAME_LOW + 48]
  ldp x8, x9, [sp, #FRAME_LOW + 64]
  ldp x10, x11, [sp, #FRAME_LOW + 80]
  ldp x12, x13, [sp, #FRAME_LOW + 96]
  ldp x14, x15, [sp, #FRAME_LOW + 112]
  ldp x16, x17, [sp, #FRAME_LOW + 128]
  ldp x18, x30, [sp, #FRAME_PLATFORM]
  ldp x19, x20, [sp, #FRAME_HIGH]
  ldp x21, x22, [sp, #FRAME_HIGH + 16]
  ldp x23, x24, [sp, #FRAME_HIGH + 32]
  ldp x25, x26, [sp, #FRAME_HIGH + 48]
  ldp x27, x28, [sp, #FRAME_HIGH + 64]
  ldr x29, [sp, #FRAME_X29]
.endm

// Stops straight-line speculation behind an exception return; never executed.
.macro speculation_barrier
  dsb nsh
  isb
.endm

.macro vector
  .balign 0x80
.endm

// An exception that must not happen: x1 says which entry it was.
.macro fatal_vector number
  vector
  sub sp, sp, #FRAME_SIZE
  stp x0, x1, [sp, #FRAME_LOW]
  mov x1, #\number
  b kernel_fatal
.endm

// As above, from user mode.
.macro fatal_user_vector number
  vector
  stp x18, x30, [sp, #-FRAME_SIZE]!
  mov x30, #\number
  b user_fatal
.endm

  .section .text.vectors, "ax"
  .balign 0x800
  .globl hafnon_vectors
hafnon_vectors:
  fatal_vector 0
  fatal_vector 1
  fatal_vector 2
  fatal_vector 3

// Synchronous, in the kernel: a fault in a user copy, or a bug. The stack may be the bug, so it is
// looked at before it is used; TPIDRRO_EL0, otherwise zero, holds x0 meanwhile.
  vector
  msr tpidrro_el0, x0
  mrs x0, tpidr_el1
  ldr x0, [x0, #CONTEXT_STACK_TOP]
  sub x0, x0, #KERNEL_STACK_SIZE
  sub x0, sp, x0
  sub x0, x0, #FRAME_SIZE
  lsr x0, x0, #KERNEL_STACK_SHIFT
  cbnz x0, kernel_stack_overflow
  mrs x0, tpidrro_el0
  msr tpidrro_el0, xzr
  sub sp, sp, #FRAME_SIZE
  stp x0, x1, [sp, #FRAME_LOW]
  b kernel_sync

  fatal_vector 5
  fatal_vector 6
  fatal_vector 7

// Synchronous, in user mode. A system call has its number in x16 and its arguments in x0-x7; x9-x15
// and x17 are ours to use. What it saves is what C++ does not keep: x18, x30, the return state.
  vector
  stp x18, x30, [sp, #-FRAME_SIZE]!
  mrs x30, esr_el1
  lsr x30, x30, #26
  cmp x30, #0x15                 // SVC in AArch64
  b.ne user_sync
  mrs x9, tpidr_el1
  ldp x18, x12, [x9, #CONTEXT_SHADOW_BASE]
  mrs x11, elr_el1
  cmp x16, #SYSCALL_TABLE_SIZE
  b.hs bad_syscall
  // Legal only from the one place in the vDSO that makes this call, and a number without a call
  // from nowhere.
  adr x13, hafnon_syscall_sites
  ldr x13, [x13, x16, lsl #3]
  sub x12, x11, x12
  cmp x12, x13
  b.ne bad_syscall
  adr x13, hafnon_syscall_table
  ldr x13, [x13, x16, lsl #3]
  mrs x12, spsr_el1
  add x11, x11, #12              // behind the barriers that follow the instruction
  stp x11, x12, [sp, #FRAME_PC]
  blr x13
  b syscall_return

  vector                         // interrupt
  stp x18, x30, [sp, #-FRAME_SIZE]!
  adr x30, hafnon_user_interrupt
  b user_exception

  fatal_user_vector 10           // fast interrupt
  fatal_user_vector 11           // system error
  fatal_user_vector 12           // AArch32 user mode
  fatal_user_vector 13
  fatal_user_vector 14
  fatal_user_vector 15

// In: x0 result, frame with x18, x30, pc, psr. Caller-saved registers go back zero.
syscall_return:
  mrs x9, tpidr_el1
  ldr w10, [x9, #CONTEXT_PENDING]
  cbnz w10, syscall_pending
  ldp x11, x12, [sp, #FRAME_PC]
  msr elr_el1, x11
  msr spsr_el1, x12
  ldp x1, x2, [x9, #CONTEXT_ZEROES]
  ldp x3, x4, [x9, #CONTEXT_ZEROES]
  ldp x5, x6, [x9, #CONTEXT_ZEROES]
  ldp x7, x8, [x9, #CONTEXT_ZEROES]
  ldp x10, x11, [x9, #CONTEXT_ZEROES]
  ldp x12, x13, [x9, #CONTEXT_ZEROES]
  ldp x14, x15, [x9, #CONTEXT_ZEROES]
  ldp x16, x17, [x9, #CONTEXT_ZEROES]
  mov x9, xzr
  ldp x18, x30, [sp], #FRAME_SIZE
  eret
  speculation_barrier

// Somebody wants something of the thread: complete the frame, so that its registers can be read.
syscall_pending:
  stp x0, xzr, [sp, #FRAME_LOW]
  stp xzr, xzr, [sp, #FRAME_LOW + 16]
  stp xzr, xzr, [sp, #FRAME_LOW + 32]
  stp xzr, xzr, [sp, #FRAME_LOW + 48]
  stp xzr, xzr, [sp, #FRAME_LOW + 64]
  stp xzr, xzr, [sp, #FRAME_LOW + 80]
  stp xzr, xzr, [sp, #FRAME_LOW + 96]
  stp xzr, xzr, [sp, #FRAME_LOW + 112]
  stp xzr, xzr, [sp, #FRAME_LOW + 128]
  ldp x11, x12, [sp, #FRAME_PC]
  msr elr_el1, x11
  msr spsr_el1, x12
  save_user_high
  b user_return

// In: state as at the call except x9-x13, x18, x30; frame with x18, x30. What C++ sees of the clobbered
// registers is zero, not kernel addresses.
bad_syscall:
  mov x9, xzr
  mov x10, xzr
  mov x11, xzr
  mov x12, xzr
  mov x13, xzr
  adr x30, hafnon_bad_syscall
  b user_exception

user_sync:
  adr x30, hafnon_user_sync

// In: frame with x18, x30; x30 the handler, which gets the complete frame.
user_exception:
  save_user_frame
  mov w10, #1
  strb w10, [x9, #CONTEXT_FP_LIVE]
  mov x0, sp
  blr x30

// In: sp at a complete frame.
user_return:
  mrs x9, tpidr_el1
  ldr w10, [x9, #CONTEXT_PENDING]
  cbnz w10, user_pending
  strb wzr, [x9, #CONTEXT_FP_LIVE]
  ldr x9, [sp, #FRAME_SP]
  ldp x11, x12, [sp, #FRAME_PC]
  msr sp_el0, x9
  msr elr_el1, x11
  msr spsr_el1, x12
  load_registers
  add sp, sp, #FRAME_SIZE
  eret
  speculation_barrier

user_pending:
  bl hafnon_pending
  b user_return

// First entry to user mode. In: x0 pc, x1 sp, x2 and x3 the program's x0 and x1. The frame is made here
// because it overwrites the stack that C++ runs on.
  .globl hafnon_enter_user
hafnon_enter_user:
  mrs x9, tpidr_el1
  ldr x10, [x9, #CONTEXT_STACK_TOP]
  ldr x18, [x9, #CONTEXT_SHADOW_BASE]
  sub sp, x10, #FRAME_SIZE
1:
  stp xzr, xzr, [x10, #-16]!
  cmp sp, x10
  b.ne 1b
  stp x2, x3, [sp, #FRAME_LOW]
  str x1, [sp, #FRAME_SP]
  str x0, [sp, #FRAME_PC]
  mov x29, xzr
  b user_return

// Stores a frame of the kernel itself, x0 and x1 done; x9 = its stack pointer. Clobbers x9-x11.
.macro save_kernel_frame
  stp x2, x3, [sp, #FRAME_LOW + 16]
  stp x4, x5, [sp, #FRAME_LOW + 32]
  stp x6, x7, [sp, #FRAME_LOW + 48]
  stp x8, x9, [sp, #FRAME_LOW + 64]
  stp x10, x11, [sp, #FRAME_LOW + 80]
  stp x12, x13, [sp, #FRAME_LOW + 96]
  stp x14, x15, [sp, #FRAME_LOW + 112]
  stp x16, x17, [sp, #FRAME_LOW + 128]
  stp x18, x30, [sp, #FRAME_PLATFORM]
  stp x19, x20, [sp, #FRAME_HIGH]
  stp x21, x22, [sp, #FRAME_HIGH + 16]
  stp x23, x24, [sp, #FRAME_HIGH + 32]
  stp x25, x26, [sp, #FRAME_HIGH + 48]
  stp x27, x28, [sp, #FRAME_HIGH + 64]
  add x9, sp, #FRAME_SIZE
  stp x29, x9, [sp, #FRAME_X29]
  mrs x10, elr_el1
  mrs x11, spsr_el1
  stp x10, x11, [sp, #FRAME_PC]
  mrs x10, esr_el1
  mrs x11, far_el1
  stp x10, x11, [sp, #FRAME_ESR]
.endm

kernel_sync:
  save_kernel_frame
  mov x0, sp
  bl hafnon_kernel_sync
  ldp x11, x12, [sp, #FRAME_PC]
  msr elr_el1, x11
  msr spsr_el1, x12
  load_registers
  add sp, sp, #FRAME_SIZE
  eret
  speculation_barrier

// In: x0, x1 stored, x1 = vector number. Does not return.
kernel_fatal:
  save_kernel_frame
  mov x0, sp
  bl hafnon_kernel_fatal
  brk #0

user_fatal:
  save_user_frame
  mov x1, x30
  mov x0, sp
  bl hafnon_kernel_fatal
  brk #0

// In: x0 in TPIDRRO_EL0. SP_EL0 is lost, which does not matter any more.
kernel_stack_overflow:
  mov x0, sp
  msr sp_el0, x0
  adrp x0, emergency_stack_top
  add x0, x0, :lo12:emergency_stack_top
  mov sp, x0
  sub sp, sp, #FRAME_SIZE
  mrs x0, tpidrro_el0
  stp x0, x1, [sp, #FRAME_LOW]
  save_kernel_frame
  mrs x9, sp_el0
  str x9, [sp, #FRAME_SP]
  adrp x18, emergency_shadow
  add x18, x18, :lo12:emergency_shadow
  mov x0, sp
  bl hafnon_kernel_stack_overflow
  brk #0

  .section .bss.emergency, "aw", %nobits
  .balign 16
emergency_stack:
  .skip 8192
emergency_stack_top:
emergency_shadow:
  .skip 1024
