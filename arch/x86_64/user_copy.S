// SPDX-License-Identifier: BSD-2-Clause
// The only instructions that touch user memory, but for single words (<arch/user_copy.h>). A fault that the kernel cannot resolve, between
// hafnon_x64_user_begin and hafnon_x64_user_end, continues at hafnon_x64_user_fault (trap.cc).

.macro function name
  .globl \name
  .hidden \name
  .type \name, @function
\name:
.endm

.text
.balign 16
function hafnon_x64_user_begin

// uint64_t hafnon_x64_user_copy(void* to, const void* from, size_t size): 0, or 1 after a fault.
function hafnon_x64_user_copy
  movq %rdx, %rcx
  shrq $3, %rcx
  rep movsq
  andl $7, %edx
  jz 1f
  movl %edx, %ecx
  rep movsb
1:
  xorl %eax, %eax
  retq

function hafnon_x64_user_end

function hafnon_x64_user_fault
  movl $1, %eax
  retq
