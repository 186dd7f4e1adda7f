// SPDX-License-Identifier: BSD-2-Clause
// A loop of known length, and the smallest possible thread.

// rdi = rounds, at least 1. 2 * rounds + 1 instructions, the return included.
.text
.globl bench_spin
.hidden bench_spin
.type bench_spin, %function
bench_spin:
1: dec %rdi
jnz 1b
ret
.size bench_spin, . - bench_spin

// rdi = address of zx_thread_exit. Needs no stack.
.globl bench_thread_entry
.hidden bench_thread_entry
.type bench_thread_entry, %function
bench_thread_entry:
jmp *%rdi
.size bench_thread_entry, . - bench_thread_entry
.section .note.GNU-stack, "", %progbits
