// SPDX-License-Identifier: BSD-2-Clause
// The only instructions that enter the kernel on x86-64.
//
// Contract at `syscall`: number in eax, arguments in rdi rsi rdx r10 r8 r9 r12 r13, result in rax.
// The kernel preserves rbx, rbp, rsp, r12-r15; it may clear every other general register. It comes
// back at the instruction behind the syscall, a nop that leaves room for a longer entry.

.macro begin name
.globl _zx_\name
.type _zx_\name, %function
.weak zx_\name
.type zx_\name, %function
.set zx_\name, _zx_\name
.balign 16, 0xcc
_zx_\name:
.Lstart_\name:
.cfi_startproc
.endm

.macro end name
.cfi_endproc
.Lend_\name:
.size _zx_\name, . - _zx_\name
.size zx_\name, . - _zx_\name
.endm

.macro enter name, number
mov $\number, %eax
syscall
.Lsysret_\name:
nop
.endm

.macro plain_stub name, number, count
begin \name
.if \count > 3
mov %rcx, %r10
.endif
.if \count > 6
push %r12
.cfi_adjust_cfa_offset 8
.cfi_rel_offset %r12, 0
push %r13
.cfi_adjust_cfa_offset 8
.cfi_rel_offset %r13, 0
mov 24(%rsp), %r12
.if \count > 7
mov 32(%rsp), %r13
.endif
.endif
enter \name, \number
.if \count > 6
pop %r13
.cfi_adjust_cfa_offset -8
.cfi_same_value %r13
pop %r12
.cfi_adjust_cfa_offset -8
.cfi_same_value %r12
.endif
ret
end \name
.endm

.macro noreturn_stub name, number
begin \name
enter \name, \number
ud2
end \name
.endm

.macro internal_stub name, number, count
.globl SYSCALL_zx_\name
.hidden SYSCALL_zx_\name
.type SYSCALL_zx_\name, %function
.balign 16, 0xcc
SYSCALL_zx_\name:
.cfi_startproc
.if \count > 3
mov %rcx, %r10
.endif
enter \name, \number
ret
.cfi_endproc
.size SYSCALL_zx_\name, . - SYSCALL_zx_\name
.endm

.macro absent_stub name
begin \name
mov $-2, %eax  // ZX_ERR_NOT_SUPPORTED
ret
end \name
.endm

.macro save register, count, position
.if \count >= \position
push \register
.cfi_adjust_cfa_offset 8
.endif
.endm

.macro restore register, count, position
.if \count >= \position
mov 8 * (\count - \position)(%rsp), \register
.endif
.endm

// The arguments wait on the stack, because after an interrupted wait only the result is left.
.macro blocking_stub name, number, count
begin \name
.if \count > 3
mov %rcx, %r10
.endif
save %rdi, \count, 1
save %rsi, \count, 2
save %rdx, \count, 3
save %r10, \count, 4
save %r8, \count, 5
save %r9, \count, 6
.Lagain_\name:
enter \name, \number
cmp $-6, %eax  // ZX_ERR_INTERNAL_INTR_RETRY
je .Lretry_\name
add $8 * \count, %rsp
.cfi_adjust_cfa_offset -8 * \count
ret
.cfi_adjust_cfa_offset 8 * \count
.Lretry_\name:
restore %rdi, \count, 1
restore %rsi, \count, 2
restore %rdx, \count, 3
restore %r10, \count, 4
restore %r8, \count, 5
restore %r9, \count, 6
jmp .Lagain_\name
end \name
.endm

#include "sdk/vdso/stubs.inc"

// Tells others that the caller is done with what it stands on: from the store on, its stack may be
// gone, so what follows only uses registers.
.section .text.stubs, "ax", %progbits
begin futex_wake_handle_close_thread_exit
mov %rcx, %r10
mov %edx, (%rdi)
jmp SYSCALL_zx_futex_wake_handle_close_thread_exit_via_kernel
end futex_wake_handle_close_thread_exit
