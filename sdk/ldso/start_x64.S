// SPDX-License-Identifier: BSD-2-Clause
// First and last instructions of the dynamic linker on x86-64; see entry.h.

// edi = handle of the bootstrap channel, rsi = base of the vDSO, rsp = as after a call.
.text
.globl _start
.hidden _start
.type _start, %function
_start:
.cfi_startproc
.cfi_undefined %rip
xor %ebp, %ebp
mov %edi, %ebx
mov %rsi, %r12
and $-16, %rsp
call ldso_receive
mov %rax, %rsp
mov %ebx, %edi
mov %r12, %rsi
call ldso_link
mov %rax, %rbx
mov (%rbx), %rsp
and $-16, %rsp
call ldso_leave_stack
mov (%rbx), %rsp
mov 8(%rbx), %rax
mov 16(%rbx), %rdi
mov 24(%rbx), %rsi
mov 32(%rbx), %rdx
jmp *%rax
.cfi_endproc
.size _start, . - _start

// rax = address of the descriptor; the result is in rax, and every other register is kept.
.globl ldso_tls_descriptor
.hidden ldso_tls_descriptor
.type ldso_tls_descriptor, %function
ldso_tls_descriptor:
.cfi_startproc
mov 8(%rax), %rax
ret
.cfi_endproc
.size ldso_tls_descriptor, . - ldso_tls_descriptor

.section .note.GNU-stack, "", %progbits
