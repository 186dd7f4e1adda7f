// SPDX-License-Identifier: BSD-2-Clause
// memcpy and memset, eight bytes per step; replace the portable ones.

.macro function name
  .balign 16
  .globl \name
  .hidden \name
  .type \name, @function
\name:
.endm

.text

// void* memcpy(void* to, const void* from, size_t size)
function memcpy
  movq %rdi, %rax
  movq %rdx, %rcx
  shrq $3, %rcx
  rep movsq
  andl $7, %edx
  jz 1f
  movl %edx, %ecx
  rep movsb
1:
  retq

// void* memset(void* to, int value, size_t size)
function memset
  movq %rdi, %r8
  movzbl %sil, %eax
  movabsq $0x0101010101010101, %r9
  imulq %r9, %rax
  movq %rdx, %rcx
  shrq $3, %rcx
  rep stosq
  andl $7, %edx
  jz 1f
  movl %edx, %ecx
  rep stosb
1:
  movq %r8, %rax
  retq
