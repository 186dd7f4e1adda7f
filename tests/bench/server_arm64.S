// SPDX-License-Identifier: BSD-2-Clause
// What the called process of channel_call runs as a target::Child: waits, reads a request, sends it back. Copied
// into the child. x0 = channel, x1 = script (target::Step array), whose functions are in this order
// zx_object_wait_one, zx_channel_read, zx_channel_write, zx_process_exit. The request lies behind the script, at
// target::Child::kDataOffset.
.section .rodata.bench_server, "a", %progbits
.balign 4
.globl bench_server
.globl bench_server_end
bench_server:
mov w20, w0
mov x19, x1
add x21, x1, #3072
ldr x22, [x19]
ldr x23, [x19, #80]
ldr x24, [x19, #160]
1: mov w0, w20
mov w1, #5  // ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED
mov x2, #0x7fffffffffffffff
mov x3, xzr
blr x22
mov w0, w20
mov w1, wzr
mov x2, x21
mov x3, xzr
mov w4, #32
mov w5, wzr
add x6, x21, #64
mov x7, xzr
blr x23
mov w0, w20
mov w1, wzr
mov x2, x21
mov w3, #32
mov x4, xzr
mov w5, wzr
blr x24
cbz w0, 1b
ldr x9, [x19, #240]
mov x0, xzr
blr x9
bench_server_end:
.section .note.GNU-stack, "", %progbits
