// SPDX-License-Identifier: BSD-2-Clause
// Copies of user memory. A fault between hafnon_user_copy_begin and _end is resolved and retried, or
// the function returns the status that the fault handler puts in x0 (exceptions.cc).
//
// PAN is on in the kernel (every exception sets it); these functions open it where the processor has
// it. hafnon_has_pan is set at start.

  .arch armv8-a
  .arch_extension pan

.macro open_user scratch
  ldr \scratch, hafnon_has_pan
  cbz \scratch, .Lopen_\@
  msr pan, #0
.Lopen_\@:
.endm

.macro close_user scratch
  cbz \scratch, .Lclosed_\@
  msr pan, #1
.Lclosed_\@:
.endm

  .section .text.user_copy, "ax"
  .globl hafnon_user_copy_begin
hafnon_user_copy_begin:

// In: x0 to, x1 from, x2 size; one of the two is user memory. Out: x0 status. Clobbers x3-x11.
  .globl hafnon_user_copy
hafnon_user_copy:
  open_user w3
  cmp x2, #16
  b.hs 4f
// Fewer than 16 bytes.
1:
  tbz x2, #3, 2f
  ldr x4, [x1], #8
  str x4, [x0], #8
2:
  tbz x2, #2, 3f
  ldr w4, [x1], #4
  str w4, [x0], #4
3:
  tst x2, #3
  b.eq 9f
  tbz x2, #1, 8f
  ldrh w4, [x1], #2
  strh w4, [x0], #2
8:
  tbz x2, #0, 9f
  ldrb w4, [x1]
  strb w4, [x0]
9:
  close_user w3
  mov x0, #0
  ret
4:
  subs x2, x2, #256
  b.lo 10f
5:
  ldp x4, x5, [x1], #256
  ldp x6, x7, [x1, #-240]
  ldp x8, x9, [x1, #-224]
  ldp x10, x11, [x1, #-208]
  stp x4, x5, [x0], #256
  stp x6, x7, [x0, #-240]
  stp x8, x9, [x0, #-224]
  stp x10, x11, [x0, #-208]
  ldp x4, x5, [x1, #-192]
  ldp x6, x7, [x1, #-176]
  ldp x8, x9, [x1, #-160]
  ldp x10, x11, [x1, #-144]
  stp x4, x5, [x0, #-192]
  stp x6, x7, [x0, #-176]
  stp x8, x9, [x0, #-160]
  stp x10, x11, [x0, #-144]
  ldp x4, x5, [x1, #-128]
  ldp x6, x7, [x1, #-112]
  ldp x8, x9, [x1, #-96]
  ldp x10, x11, [x1, #-80]
  stp x4, x5, [x0, #-128]
  stp x6, x7, [x0, #-112]
  stp x8, x9, [x0, #-96]
  stp x10, x11, [x0, #-80]
  ldp x4, x5, [x1, #-64]
  ldp x6, x7, [x1, #-48]
  ldp x8, x9, [x1, #-32]
  ldp x10, x11, [x1, #-16]
  stp x4, x5, [x0, #-64]
  stp x6, x7, [x0, #-48]
  stp x8, x9, [x0, #-32]
  stp x10, x11, [x0, #-16]
  subs x2, x2, #256
  b.hs 5b
10:
  // x2 is the rest minus 256; its low eight bits are the rest.
  tbz x2, #7, 11f
  ldp x4, x5, [x1], #128
  ldp x6, x7, [x1, #-112]
  ldp x8, x9, [x1, #-96]
  ldp x10, x11, [x1, #-80]
  stp x4, x5, [x0], #128
  stp x6, x7, [x0, #-112]
  stp x8, x9, [x0, #-96]
  stp x10, x11, [x0, #-80]
  ldp x4, x5, [x1, #-64]
  ldp x6, x7, [x1, #-48]
  ldp x8, x9, [x1, #-32]
  ldp x10, x11, [x1, #-16]
  stp x4, x5, [x0, #-64]
  stp x6, x7, [x0, #-48]
  stp x8, x9, [x0, #-32]
  stp x10, x11, [x0, #-16]
11:
  tbz x2, #6, 6f
  ldp x4, x5, [x1], #64
  ldp x6, x7, [x1, #-48]
  ldp x8, x9, [x1, #-32]
  ldp x10, x11, [x1, #-16]
  stp x4, x5, [x0], #64
  stp x6, x7, [x0, #-48]
  stp x8, x9, [x0, #-32]
  stp x10, x11, [x0, #-16]
6:
  tbz x2, #5, 7f
  ldp x4, x5, [x1], #32
  ldp x6, x7, [x1, #-16]
  stp x4, x5, [x0], #32
  stp x6, x7, [x0, #-16]
7:
  tbz x2, #4, 1b
  ldp x4, x5, [x1], #16
  stp x4, x5, [x0], #16
  b 1b

  .globl hafnon_user_copy_end
hafnon_user_copy_end:

// In: x0 status. A fault that stays ends the function it happened in here.
  .globl hafnon_user_copy_failed
hafnon_user_copy_failed:
  ldr w3, hafnon_has_pan
  close_user w3
  ret
