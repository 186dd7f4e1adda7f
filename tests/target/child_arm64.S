// SPDX-License-Identifier: BSD-2-Clause
// What a target::Child runs. x0 = handle, x1 = script (target::Step array). Not executed here but
// copied into the child, so it stands among the read-only data and is position independent.
.section .rodata.target_child, "a", %progbits
.balign 4
.globl target_child_code
.globl target_child_code_end
target_child_code:
mov x20, x0
mov x19, x1
1: ldr x9, [x19]
cbz x9, 2f
ldp x0, x1, [x19, #8]
ldp x2, x3, [x19, #24]
ldp x4, x5, [x19, #40]
ldp x6, x7, [x19, #56]
// target::kStartHandle
cmn x0, #1
csel x0, x20, x0, eq
blr x9
str x0, [x19, #72]
add x19, x19, #80
b 1b
2: yield
b 2b
target_child_code_end:
.section .note.GNU-stack, "", %progbits
