// SPDX-License-Identifier: BSD-2-Clause
// What the called process of channel_call runs as a target::Child: waits, reads a request, sends it back. Copied
// into the child. edi = channel, rsi = script (target::Step array), whose functions are in this order
// zx_object_wait_one, zx_channel_read, zx_channel_write, zx_process_exit. The request lies behind the script, at
// target::Child::kDataOffset.
.section .rodata.bench_server, "a", %progbits
.balign 16
.globl bench_server
.globl bench_server_end
bench_server:
and $-16, %rsp
mov %edi, %r14d
mov %rsi, %rbx
lea 3072(%rsi), %r15
1: mov %r14d, %edi
mov $5, %esi  // ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED
movabs $0x7fffffffffffffff, %rdx
xor %ecx, %ecx
call *(%rbx)
mov %r14d, %edi
xor %esi, %esi
mov %r15, %rdx
xor %ecx, %ecx
mov $32, %r8d
xor %r9d, %r9d
push $0
lea 64(%r15), %rax
push %rax
call *80(%rbx)
add $16, %rsp
mov %r14d, %edi
xor %esi, %esi
mov %r15, %rdx
mov $32, %ecx
xor %r8d, %r8d
xor %r9d, %r9d
call *160(%rbx)
test %eax, %eax
jz 1b
xor %edi, %edi
call *240(%rbx)
bench_server_end:
.section .note.GNU-stack, "", %progbits
