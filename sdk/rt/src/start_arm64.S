// SPDX-License-Identifier: BSD-2-Clause
// First instructions of a program and of its threads on arm64.
// Calls rt_prepare (start.cc), rt_main (main.cc) and rt_thread_main (thread.cc).

// x0 = handle of the bootstrap channel, x1 = base of the vDSO, x2 = what the dynamic linker prepared
// or 0, sp = top of the stack.
.text
.globl _start
.hidden _start
.type _start, %function
_start:
.cfi_startproc
.cfi_undefined x30
mov x29, xzr
mov x30, xzr
bl rt_prepare
// Its result is the shadow call stack; from here on compiled code may use every convention.
mov x18, x0
bl rt_main
brk #1
.cfi_endproc
.size _start, . - _start

// x0 = rt::ThreadStart*. Sets thread pointer and shadow call stack, which the creator prepared.
.globl rt_thread_entry
.hidden rt_thread_entry
.type rt_thread_entry, %function
rt_thread_entry:
.cfi_startproc
.cfi_undefined x30
mov x29, xzr
mov x30, xzr
ldp x1, x18, [x0]
msr tpidr_el0, x1
bl rt_thread_main
brk #1
.cfi_endproc
.size rt_thread_entry, . - rt_thread_entry

.section .note.GNU-stack, "", %progbits
