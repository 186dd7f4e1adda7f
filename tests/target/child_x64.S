// SPDX-License-Identifier: BSD-2-Clause
// What a target::Child runs. edi = handle, rsi = script (target::Step array). Not executed here but
// copied into the child, so it stands among the read-only data and is position independent.
.section .rodata.target_child, "a", %progbits
.balign 16
.globl target_child_code
.globl target_child_code_end
target_child_code:
and $-16, %rsp
mov %edi, %r14d
mov %rsi, %rbx
1: mov (%rbx), %rax
test %rax, %rax
jz 2f
mov 8(%rbx), %rdi
mov 16(%rbx), %rsi
mov 24(%rbx), %rdx
mov 32(%rbx), %rcx
mov 40(%rbx), %r8
mov 48(%rbx), %r9
push 64(%rbx)
push 56(%rbx)
// target::kStartHandle
cmp $-1, %rdi
cmove %r14, %rdi
call *%rax
add $16, %rsp
mov %rax, 72(%rbx)
add $80, %rbx
jmp 1b
2: pause
jmp 2b
target_child_code_end:
.section .note.GNU-stack, "", %progbits
