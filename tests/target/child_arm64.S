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

// Ways to get into trouble, called like the functions of the vDSO.

// x0 = address: stores 1 there, returns 0.
.globl target_child_store
target_child_store:
mov w9, #1
str w9, [x0]
mov x0, xzr
ret

// Returns at once, whatever the result register holds.
.globl target_child_return
target_child_return:
ret

.globl target_child_undefined
target_child_undefined:
udf #0

.globl target_child_breakpoint
target_child_breakpoint:
brk #0

// An instruction between two instructions.
unaligned_pc:
adr x9, 3f + 2
br x9
3: ret

privileged_register:
mrs x9, sctlr_el1

privileged_flag:
msr daifset, #2
udf #0

// x0 = number: a system call from outside the vDSO. Returns its result.
.globl target_child_bad_syscall
target_child_bad_syscall:
mov x16, x0
svc #0
ret
target_child_code_end:

// target::ProcessorFault: what this processor has beyond the functions above.
.globl target_child_faults
.balign 4
target_child_faults:
.long unaligned_pc - target_child_code, 0x508  // ZX_EXCP_UNALIGNED_ACCESS
.long privileged_register - target_child_code, 0x208  // ZX_EXCP_UNDEFINED_INSTRUCTION
.long privileged_flag - target_child_code, 0x208
.long 0, 0
.section .note.GNU-stack, "", %progbits
