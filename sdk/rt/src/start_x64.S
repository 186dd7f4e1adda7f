// SPDX-License-Identifier: BSD-2-Clause
// First instructions of a program and of its threads on x86-64.
// Calls rt_prepare (start.cc), rt_main (main.cc), rt_thread_set_pointer and rt_thread_main (thread.cc).

// edi = handle of the bootstrap channel, rsi = base of the vDSO, rdx = what the dynamic linker
// prepared or 0, rsp = as after a call.
.text
.globl _start
.hidden _start
.type _start, %function
_start:
.cfi_startproc
.cfi_undefined %rip
xor %ebp, %ebp
and $-16, %rsp
call rt_prepare
// From here on compiled code may use every convention.
call rt_main
ud2
.cfi_endproc
.size _start, . - _start

// rdi = rt::ThreadStart*. The kernel must be asked to set the thread pointer.
.globl rt_thread_entry
.hidden rt_thread_entry
.type rt_thread_entry, %function
rt_thread_entry:
.cfi_startproc
.cfi_undefined %rip
xor %ebp, %ebp
and $-16, %rsp
mov %rdi, %rbx
call rt_thread_set_pointer
mov %rbx, %rdi
call rt_thread_main
ud2
.cfi_endproc
.size rt_thread_entry, . - rt_thread_entry

.section .note.GNU-stack, "", %progbits
