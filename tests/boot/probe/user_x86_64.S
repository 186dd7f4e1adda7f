// SPDX-License-Identifier: BSD-2-Clause
// User-mode part of the probe: one page, run at any address, with the registers' contract checked by
// machine code. Every system call goes through the one site `site`; numbers are those of probe.cc.
// A failed check calls number 1 with a code that names it.

.macro call number
  movl $\number, %eax
  callq site
.endm

.macro expect_zero register, code
  movl $\code, %edi
  testq \register, \register
  jnz fail
.endm

.section .rodata.user_program, "a"
.balign 4096
.globl probe_user_program
.hidden probe_user_program
probe_user_program:
  // Entry state: rdi and rsi as asked, everything else zero.
  cmpq $0x1111, %rdi
  movl $100, %edi
  jne fail
  cmpq $0x2222, %rsi
  movl $101, %edi
  jne fail
  expect_zero %rax, 102
  expect_zero %rbx, 103
  expect_zero %rcx, 104
  expect_zero %rdx, 105
  expect_zero %rbp, 106
  expect_zero %r8, 107
  expect_zero %r9, 108
  expect_zero %r10, 109
  expect_zero %r11, 110
  expect_zero %r12, 111
  expect_zero %r15, 112

  // Eight arguments arrive; the callee-saved registers survive; the others come back zero.
  movq %rsp, %r14
  movl $0x33, %ebx
  movl $0x44, %ebp
  movl $0x55, %r15d
  movl $1, %edi
  movl $2, %esi
  movl $3, %edx
  movl $4, %r10d
  movl $5, %r8d
  movl $6, %r9d
  movl $7, %r12d
  movl $8, %r13d
  call 2
  cmpq $0x12345678, %rax
  movl $121, %edi
  jne fail
  expect_zero %rdx, 122
  expect_zero %rsi, 123
  expect_zero %r8, 124
  expect_zero %r9, 125
  expect_zero %r10, 126
  cmpq $0x33, %rbx
  movl $127, %edi
  jne fail
  cmpq $0x44, %rbp
  jne fail
  cmpq $0x55, %r15
  jne fail
  cmpq $7, %r12
  jne fail
  cmpq $8, %r13
  jne fail
  cmpq %rsp, %r14
  jne fail

  // A system call from elsewhere, and a number beyond the table, are refused.
  movl $2, %eax
  syscall
  cmpq $-77, %rax
  movl $130, %edi
  jne fail
  movl $1000, %eax
  callq site
  cmpq $-77, %rax
  movl $131, %edi
  jne fail
  // The number is 64 bits wide.
  movabsq $0x100000002, %rax
  callq site
  cmpq $-77, %rax
  movl $132, %edi
  jne fail

  // Vector registers are clean, and stay when another thread runs in between.
  movq %xmm3, %rax
  expect_zero %rax, 140
  movl $0x77, %eax
  movq %rax, %xmm3
  call 3
  movq %xmm3, %rax
  cmpq $0x77, %rax
  movl $141, %edi
  jne fail

  // Segment bases, set by the kernel.
  leaq probe_user_word(%rip), %rdi
  call 4
  movq %fs:0, %rax
  cmpq $0x1234567, %rax
  movl $142, %edi
  jne fail
  movq %gs:0, %rax
  cmpq $0x1234567, %rax
  jne fail

  // Flags that must not reach the kernel: direction and alignment check.
  std
  pushfq
  orq $0x40000, (%rsp)
  popfq
  call 5
  cld
  pushfq
  andq $~0x40000, (%rsp)
  popfq

  // Resolved and unresolved faults. The handler skips the faulting instruction, whose length is in r15.
  movabsq $0x40000000, %r14
  movq $0x99, (%r14)
  cmpq $0x99, (%r14)
  movl $150, %edi
  jne fail
  movl $2, %r15d
  ud2
  movl $0, %r15d
  int3
  movl $3, %r15d
  movabsq $0x50000000, %r14
  movq (%r14), %rbx
  movl $1, %r15d
  hlt
  movl $2, %r15d
  inb $0x40, %al
  movl $2, %r15d
  movl $0, %ecx
  divl %ecx
  // One step with the trap flag.
  movl $0, %r15d
  pushfq
  orq $0x100, (%rsp)
  popfq
  nop

  call 6
  ud2

fail:
  call 1
  ud2

site:
  syscall
.globl probe_user_site
.hidden probe_user_site
probe_user_site:
  retq

.balign 8
probe_user_word:
  .quad 0x1234567
.balign 4096
