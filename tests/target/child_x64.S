// SPDX-License-Identifier: BSD-2-Clause
// What a target::Child runs. edi = handle, rsi = script (target::Step array). Not executed here but
// copied into the child, so it stands among the read-only data and is position independent.
.section .rodata.target_child, "a", %progbits
.balign 16
.globl target_child_code
.globl target_child_code_end
target_child_code:
and $-16, %rsp
mov %edi, %r14d
mov %rsi, %rbx
1: mov (%rbx), %rax
test %rax, %rax
jz 2f
mov 8(%rbx), %rdi
mov 16(%rbx), %rsi
mov 24(%rbx), %rdx
mov 32(%rbx), %rcx
mov 40(%rbx), %r8
mov 48(%rbx), %r9
push 64(%rbx)
push 56(%rbx)
// target::kStartHandle
cmp $-1, %rdi
cmove %r14, %rdi
call *%rax
add $16, %rsp
mov %rax, 72(%rbx)
add $80, %rbx
jmp 1b
2: pause
jmp 2b

// Ways to get into trouble, called like the functions of the vDSO.

// rdi = address: stores 1 there, returns 0.
.globl target_child_store
target_child_store:
movl $1, (%rdi)
xor %eax, %eax
ret

// Returns at once, whatever the result register holds.
.globl target_child_return
target_child_return:
ret

.globl target_child_undefined
target_child_undefined:
ud2

.globl target_child_breakpoint
target_child_breakpoint:
int3
jmp target_child_breakpoint

privileged:
hlt

// The processor stops after each instruction.
single_step:
pushfq
orq $0x100, (%rsp)
popfq
nop
ud2

// rdi = number: a system call from outside the vDSO. Returns its result.
.globl target_child_bad_syscall
target_child_bad_syscall:
mov %rdi, %rax
syscall
ret
target_child_code_end:

// target::ProcessorFault: what this processor has beyond the functions above.
.globl target_child_faults
.balign 4
target_child_faults:
.long privileged - target_child_code, 0x008  // ZX_EXCP_GENERAL
.long single_step - target_child_code, 0x408  // ZX_EXCP_HW_BREAKPOINT
.long 0, 0
.section .note.GNU-stack, "", %progbits
