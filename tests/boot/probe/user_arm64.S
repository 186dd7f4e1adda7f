// SPDX-License-Identifier: BSD-2-Clause
// User-mode part of the probe: one page, run at any address, with the registers' contract checked by
// machine code. Every system call goes through the one site `site`; numbers are those of probe.cc.
// A failed check calls number 1 with a code that names it.

.arch_extension fp

.macro call number
  mov x16, #\number
  bl site
.endm

.macro expect_zero register, code
  mov x17, #\code
  cbnz \register, fail
.endm

.macro expect register, value, code
  mov x17, #\code
  cmp \register, #\value
  b.ne fail
.endm

.section .rodata.user_program, "a"
.balign 4096
.globl probe_user_program
.hidden probe_user_program
probe_user_program:
  // Entry state: x0 and x1 as asked, everything else zero.
  mov x16, #0x1111
  cmp x0, x16
  mov x17, #100
  b.ne fail
  mov x16, #0x2222
  cmp x1, x16
  b.ne fail
  expect_zero x2, 102
  expect_zero x3, 103
  expect_zero x8, 104
  expect_zero x9, 105
  expect_zero x15, 106
  expect_zero x18, 107
  expect_zero x19, 108
  expect_zero x28, 109
  expect_zero x29, 110
  expect_zero x30, 111
  mrs x2, tpidr_el0
  expect_zero x2, 112
  mrs x2, tpidrro_el0
  expect_zero x2, 113

  // Eight arguments arrive; x18 to x30 and sp survive; the others come back zero.
  mov x18, #0x18
  mov x19, #0x19
  mov x20, #0x20
  mov x28, #0x28
  mov x29, #0x29
  mov x27, sp
  mov x0, #1
  mov x1, #2
  mov x2, #3
  mov x3, #4
  mov x4, #5
  mov x5, #6
  mov x6, #7
  mov x7, #8
  mov x8, #0x8
  mov x15, #0x15
  mov x17, #0x17
  call 2
  mov x21, x17                   // before it is used for codes
  movz x22, #0x5678
  movk x22, #0x1234, lsl #16
  cmp x0, x22
  mov x17, #120
  b.ne fail
  expect_zero x21, 121
  expect_zero x1, 122
  expect_zero x2, 123
  expect_zero x7, 124
  expect_zero x8, 125
  expect_zero x15, 126
  expect_zero x16, 127
  expect x18, 0x18, 128
  expect x19, 0x19, 129
  expect x20, 0x20, 130
  expect x28, 0x28, 131
  expect x29, 0x29, 132
  mov x21, sp
  cmp x21, x27
  mov x17, #133
  b.ne fail

  // A system call from elsewhere, and a number beyond the table, are refused. Only the result changes.
  mov x9, #0x9
  mov x16, #2
  svc #0
  cmn x0, #77
  mov x17, #140
  b.ne fail
  expect x18, 0x18, 141
  mov x16, #1000
  bl refused_site
  cmn x0, #77
  mov x17, #142
  b.ne fail
  // The number is 64 bits wide.
  movz x16, #2
  movk x16, #1, lsl #32
  bl refused_site
  cmn x0, #77
  mov x17, #143
  b.ne fail

  // Vector registers are clean, and those a call keeps stay when another thread runs in between.
  fmov x2, d8
  expect_zero x2, 150
  mrs x2, fpcr
  expect_zero x2, 151
  mov x2, #0x77
  fmov d8, x2
  fmov d15, x2
  mov x19, #0x4567
  msr tpidr_el0, x19
  call 3
  fmov x2, d8
  expect x2, 0x77, 152
  fmov x2, d15
  expect x2, 0x77, 153
  mrs x2, tpidr_el0
  cmp x2, x19
  mov x17, #154
  b.ne fail
  call 4

  // User copies with a fault inside, in the kernel.
  call 5

  // The counter and the cache type can be read.
  mrs x2, cntvct_el0
  mrs x3, ctr_el0
  // Unaligned accesses work.
  sub x4, sp, #64
  str x2, [x4, #3]
  ldr x5, [x4, #3]
  cmp x5, x2
  mov x17, #160
  b.ne fail

  // Resolved and unresolved faults. The handler skips as many bytes as x15 says.
  mov x14, #0x40000000
  mov x13, #0x99
  str x13, [x14]
  ldr x12, [x14]
  expect x12, 0x99, 161
  mov x15, #4
  udf #0
  brk #7
  mov x14, #0x50000000
  ldr x12, [x14]
  // This page may be executed only.
  adr x14, probe_user_program
  ldr x12, [x14]
  str x12, [x14]
  mrs x12, mair_el1
  msr daifset, #2
  mrs x12, cntpct_el0
  // The kernel's half.
  mov x14, #0xffff000000000000
  ldr x12, [x14]
  mov x12, sp
  sub sp, sp, #8
  str x12, [sp]
  add sp, sp, #8
  mov x17, #162
  cmp x12, x27
  b.ne fail

  call 6
  udf #0

fail:
  mov x0, x17
  call 1
  udf #0

// A refused call comes back right behind the instruction, a legal one twelve bytes further.
refused_site:
site:
  svc #0
.globl probe_user_site
.hidden probe_user_site
probe_user_site:
  ret
  udf #0
  udf #0
  ret
.balign 4096
