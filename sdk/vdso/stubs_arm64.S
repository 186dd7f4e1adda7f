// SPDX-License-Identifier: BSD-2-Clause
// The only instructions that enter the kernel on arm64.
//
// Contract at `svc #0`: number in x16, arguments in x0-x7, result in x0. The kernel preserves
// x18-x30 and sp; it may clear every other general register. It comes back 12 bytes behind the
// svc: the barriers there stop speculation past the svc and are never executed.

.macro begin name
.globl _zx_\name
.type _zx_\name, %function
.weak zx_\name
.type zx_\name, %function
.set zx_\name, _zx_\name
.balign 4
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
mov w16, #\number
svc #0
.Lsysret_\name:
dsb nsh
isb
brk #1
.endm

.macro plain_stub name, number, count
begin \name
enter \name, \number
ret
end \name
.endm

.macro noreturn_stub name, number
begin \name
enter \name, \number
brk #1
end \name
.endm

.macro internal_stub name, number, count
.globl SYSCALL_zx_\name
.hidden SYSCALL_zx_\name
.type SYSCALL_zx_\name, %function
.balign 4
SYSCALL_zx_\name:
.cfi_startproc
enter \name, \number
ret
.cfi_endproc
.size SYSCALL_zx_\name, . - SYSCALL_zx_\name
.endm

.macro absent_stub name
begin \name
mov w0, #-2  // ZX_ERR_NOT_SUPPORTED
ret
end \name
.endm

// The arguments wait on the stack, because after an interrupted wait only the result is left.
.macro blocking_stub name, number, count
begin \name
.set .Lsaved, ((\count + 1) / 2) * 16
stp x0, x1, [sp, #-.Lsaved]!
.cfi_adjust_cfa_offset .Lsaved
.if \count > 2
stp x2, x3, [sp, #16]
.endif
.if \count > 4
stp x4, x5, [sp, #32]
.endif
.Lagain_\name:
enter \name, \number
cmn w0, #6  // ZX_ERR_INTERNAL_INTR_RETRY
b.eq .Lretry_\name
add sp, sp, #.Lsaved
.cfi_adjust_cfa_offset -.Lsaved
ret
.cfi_adjust_cfa_offset .Lsaved
.Lretry_\name:
ldp x0, x1, [sp]
.if \count > 2
ldp x2, x3, [sp, #16]
.endif
.if \count > 4
ldp x4, x5, [sp, #32]
.endif
b .Lagain_\name
end \name
.endm

#include "sdk/vdso/stubs.inc"

// Tells others that the caller is done with what it stands on: from the store on, its stack may be
// gone, so what follows only uses registers.
.section .text.stubs, "ax", %progbits
begin futex_wake_handle_close_thread_exit
stlr w2, [x0]
b SYSCALL_zx_futex_wake_handle_close_thread_exit_via_kernel
end futex_wake_handle_close_thread_exit
