// SPDX-License-Identifier: BSD-2-Clause
// A loop of known length, and the smallest possible thread.

// x0 = rounds, at least 1. 2 * rounds + 1 instructions, the return included.
.text
.globl bench_spin
.hidden bench_spin
.type bench_spin, %function
bench_spin:
1: subs x0, x0, #1
b.ne 1b
ret
.size bench_spin, . - bench_spin

// x0 = address of zx_thread_exit. Needs no stack.
.globl bench_thread_entry
.hidden bench_thread_entry
.type bench_thread_entry, %function
bench_thread_entry:
br x0
.size bench_thread_entry, . - bench_thread_entry
.section .note.GNU-stack, "", %progbits
