// SPDX-License-Identifier: BSD-2-Clause
// Exceptions and interrupts. Calls hafnon_x64_trap, hafnon_x64_fault_stack_trap (trap.cc).
#include "arch/x86_64/offsets.h"

// From here up to the saved vector the stack is: vector, error code, rip, cs, rflags, rsp, ss.
#define ENTRY_CS 24

.macro push_registers
  pushq %rax
  pushq %rbx
  pushq %rcx
  pushq %rdx
  pushq %rsi
  pushq %rdi
  pushq %rbp
  pushq %r8
  pushq %r9
  pushq %r10
  pushq %r11
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
.endm

.macro pop_registers
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %r11
  popq %r10
  popq %r9
  popq %r8
  popq %rbp
  popq %rdi
  popq %rsi
  popq %rdx
  popq %rcx
  popq %rbx
  popq %rax
.endm

.macro function name
  .globl \name
  .hidden \name
  .type \name, @function
\name:
.endm

.text

// One stub of 16 bytes per vector: makes the error code up where the processor pushes none.
.balign 16
.globl hafnon_x64_trap_stubs
.hidden hafnon_x64_trap_stubs
hafnon_x64_trap_stubs:
.set vector, 0
.rept 256
  .balign 16
  .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30)
  pushq $0
  .endif
  pushq $vector
  jmp trap_entry
  .set vector, vector + 1
.endr

.balign 16
trap_entry:
  testb $3, ENTRY_CS(%rsp)
  jz trap_entry_kernel_gs
  swapgs
trap_entry_kernel_gs:
  // No load may speculatively use the wrong GS (swapgs speculation).
  lfence
  push_registers
  cld
  movq %rsp, %rdi
  callq hafnon_x64_trap

// Resumes the TrapFrame at the stack pointer.
function hafnon_x64_trap_return
  pop_registers
  testb $3, ENTRY_CS(%rsp)
  jz 1f
  swapgs
1:
  addq $16, %rsp
  iretq

// The rest runs on stacks of its own, at whose top lies the address of the CPU's block. GS may be the
// user's or the kernel's whatever CS says, so it is saved, set and restored.
.macro on_fault_stack
  push_registers
  cld
  movl $0xc0000101, %ecx
  rdmsr
  movl %eax, %ebx
  movl %edx, %r12d
  movq FRAME_SIZE(%rsp), %rax
  movq %rax, %rdx
  shrq $32, %rdx
  wrmsr
  movq %rsp, %rdi
  callq hafnon_x64_fault_stack_trap
  movl $0xc0000101, %ecx
  movl %ebx, %eax
  movl %r12d, %edx
  wrmsr
  pop_registers
  addq $16, %rsp
  iretq
.endm

.balign 16
function hafnon_x64_nmi_entry
  pushq $0
  pushq $2
  on_fault_stack

.balign 16
function hafnon_x64_double_fault_entry
  pushq $8
  on_fault_stack

.balign 16
function hafnon_x64_machine_check_entry
  pushq $0
  pushq $18
  on_fault_stack

// A debug exception can hit the first instruction of the system-call entry, with the user's GS and
// stack; hence its own stack. One from user mode moves to the thread's stack, since it may block.
.balign 16
function hafnon_x64_debug_entry
  testb $3, 8(%rsp)
  jnz 1f
  pushq $0
  pushq $1
  on_fault_stack
1:
  swapgs
  lfence
  pushq %rax
  pushq %rcx
  movq %gs:CPU_KERNEL_SP, %rax
  // The five words rip .. ss end at the top of the stack, which is 8 above CPU_KERNEL_SP.
  subq $32, %rax
  movq 16(%rsp), %rcx
  movq %rcx, (%rax)
  movq 24(%rsp), %rcx
  movq %rcx, 8(%rax)
  movq 32(%rsp), %rcx
  movq %rcx, 16(%rax)
  movq 40(%rsp), %rcx
  movq %rcx, 24(%rax)
  movq 48(%rsp), %rcx
  movq %rcx, 32(%rax)
  movq %rax, %gs:CPU_USER_SP
  popq %rcx
  popq %rax
  movq %gs:CPU_USER_SP, %rsp
  pushq $0
  pushq $1
  jmp trap_entry_kernel_gs
