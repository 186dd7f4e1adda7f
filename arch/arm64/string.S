// SPDX-License-Identifier: BSD-2-Clause
// memcpy and memset for the kernel: 128 bytes a turn, normal memory only (unaligned accesses allowed).

  .section .text.memcpy, "ax"
// In: x0 to, x1 from, x2 size. Out: x0 unchanged. Clobbers x3-x11.
  .globl memcpy
  .type memcpy, %function
memcpy:
  mov x3, x0
  cmp x2, #16
  b.lo 4f
  subs x2, x2, #128
  b.lo 2f
1:
  ldp x4, x5, [x1], #128
  ldp x6, x7, [x1, #-112]
  ldp x8, x9, [x1, #-96]
  ldp x10, x11, [x1, #-80]
  stp x4, x5, [x3], #128
  stp x6, x7, [x3, #-112]
  stp x8, x9, [x3, #-96]
  stp x10, x11, [x3, #-80]
  ldp x4, x5, [x1, #-64]
  ldp x6, x7, [x1, #-48]
  ldp x8, x9, [x1, #-32]
  ldp x10, x11, [x1, #-16]
  stp x4, x5, [x3, #-64]
  stp x6, x7, [x3, #-48]
  stp x8, x9, [x3, #-32]
  stp x10, x11, [x3, #-16]
  subs x2, x2, #128
  b.hs 1b
2:
  // x2 is the rest minus 128; its low seven bits are the rest.
  tbz x2, #6, 9f
  ldp x4, x5, [x1], #64
  ldp x6, x7, [x1, #-48]
  ldp x8, x9, [x1, #-32]
  ldp x10, x11, [x1, #-16]
  stp x4, x5, [x3], #64
  stp x6, x7, [x3, #-48]
  stp x8, x9, [x3, #-32]
  stp x10, x11, [x3, #-16]
9:
  tbz x2, #5, 3f
  ldp x4, x5, [x1], #32
  ldp x6, x7, [x1, #-16]
  stp x4, x5, [x3], #32
  stp x6, x7, [x3, #-16]
3:
  tbz x2, #4, 4f
  ldp x4, x5, [x1], #16
  stp x4, x5, [x3], #16
4:
  tbz x2, #3, 5f
  ldr x4, [x1], #8
  str x4, [x3], #8
5:
  tbz x2, #2, 6f
  ldr w4, [x1], #4
  str w4, [x3], #4
6:
  tbz x2, #1, 7f
  ldrh w4, [x1], #2
  strh w4, [x3], #2
7:
  tbz x2, #0, 8f
  ldrb w4, [x1]
  strb w4, [x3]
8:
  ret

  .section .text.memset, "ax"
// In: x0 to, w1 value, x2 size. Out: x0 unchanged. Clobbers x1, x3.
  .globl memset
  .type memset, %function
memset:
  mov x3, x0
  and x1, x1, #0xff
  orr x1, x1, x1, lsl #8
  orr x1, x1, x1, lsl #16
  orr x1, x1, x1, lsl #32
  subs x2, x2, #64
  b.lo 2f
1:
  stp x1, x1, [x3]
  stp x1, x1, [x3, #16]
  stp x1, x1, [x3, #32]
  stp x1, x1, [x3, #48]
  add x3, x3, #64
  subs x2, x2, #64
  b.hs 1b
2:
  tbz x2, #5, 3f
  stp x1, x1, [x3], #16
  stp x1, x1, [x3], #16
3:
  tbz x2, #4, 4f
  stp x1, x1, [x3], #16
4:
  tbz x2, #3, 5f
  str x1, [x3], #8
5:
  tbz x2, #2, 6f
  str w1, [x3], #4
6:
  tbz x2, #1, 7f
  strh w1, [x3], #2
7:
  tbz x2, #0, 8f
  strb w1, [x3]
8:
  ret
