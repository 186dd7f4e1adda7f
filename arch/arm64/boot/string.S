// SPDX-License-Identifier: BSD-2-Clause
// memcpy and memset for the boot stage. With the MMU off every access has to be aligned, so the fast
// loops are for multiples of eight bytes on both sides; the rest goes byte by byte.

  .section .text.memcpy, "ax"
// In: x0 to, x1 from, x2 size. Out: x0 unchanged. Clobbers x3-x11.
  .globl memcpy
  .type memcpy, %function
memcpy:
  mov x3, x0
  orr x4, x0, x1
  tst x4, #7
  b.ne 4f
  subs x2, x2, #64
  b.lo 2f
1:
  ldp x4, x5, [x1]
  ldp x6, x7, [x1, #16]
  ldp x8, x9, [x1, #32]
  ldp x10, x11, [x1, #48]
  add x1, x1, #64
  stp x4, x5, [x3]
  stp x6, x7, [x3, #16]
  stp x8, x9, [x3, #32]
  stp x10, x11, [x3, #48]
  add x3, x3, #64
  subs x2, x2, #64
  b.hs 1b
2:
  add x2, x2, #64
3:
  subs x2, x2, #8
  b.lo 5f
  ldr x4, [x1], #8
  str x4, [x3], #8
  b 3b
5:
  add x2, x2, #8
4:
  cbz x2, 6f
  ldrb w4, [x1], #1
  strb w4, [x3], #1
  sub x2, x2, #1
  b 4b
6:
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
// Bytes up to a multiple of eight.
1:
  tst x3, #7
  b.eq 2f
  cbz x2, 6f
  strb w1, [x3], #1
  sub x2, x2, #1
  b 1b
2:
  subs x2, x2, #64
  b.lo 4f
3:
  stp x1, x1, [x3]
  stp x1, x1, [x3, #16]
  stp x1, x1, [x3, #32]
  stp x1, x1, [x3, #48]
  add x3, x3, #64
  subs x2, x2, #64
  b.hs 3b
4:
  add x2, x2, #64
5:
  cbz x2, 6f
  strb w1, [x3], #1
  sub x2, x2, #1
  b 5b
6:
  ret
