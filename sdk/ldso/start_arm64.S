// SPDX-License-Identifier: BSD-2-Clause
// First and last instructions of the dynamic linker on arm64; see entry.h.

// x0 = handle of the bootstrap channel, x1 = base of the vDSO, sp = top of the launcher's stack.
.text
.globl _start
.hidden _start
.type _start, %function
_start:
.cfi_startproc
.cfi_undefined x30
mov x29, xzr
mov x30, xzr
mov x19, x0
mov x20, x1
bl ldso_receive
mov sp, x0
mov x0, x19
mov x1, x20
bl ldso_link
mov x19, x0
ldr x1, [x19]
mov sp, x1
bl ldso_leave_stack
ldp x16, x0, [x19, #8]
ldp x1, x2, [x19, #24]
mov x29, xzr
mov x30, xzr
br x16
.cfi_endproc
.size _start, . - _start

// x0 = address of the descriptor; the result is in x0, and every other register is kept.
.globl ldso_tls_descriptor
.hidden ldso_tls_descriptor
.type ldso_tls_descriptor, %function
ldso_tls_descriptor:
.cfi_startproc
ldr x0, [x0, #8]
ret
.cfi_endproc
.size ldso_tls_descriptor, . - ldso_tls_descriptor

.section .note.GNU-stack, "", %progbits
