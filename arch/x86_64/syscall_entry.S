// SPDX-License-Identifier: BSD-2-Clause
// System calls. Calls the functions of hafnon_syscall_table, hafnon_x64_bad_syscall and
// hafnon_x64_return_to_user (trap.cc).
#include "arch/syscall_table.h"
#include "arch/x86_64/offsets.h"

.text

// In:  rax number; arguments rdi rsi rdx r10 r8 r9 r12 r13; rcx return address, r11 flags (SYSCALL).
//      Interrupts off, user's stack and GS.
// Out: rax result; rcx, r11 as SYSRET needs them; other caller-saved registers zero.
// The function called keeps rbx, rbp and r12 to r15, so only what SYSRET needs is saved.
.balign 64
.globl hafnon_x64_syscall_entry
.hidden hafnon_x64_syscall_entry
.type hafnon_x64_syscall_entry, @function
hafnon_x64_syscall_entry:
  swapgs
  movq %rsp, %gs:CPU_USER_SP
  movq %gs:CPU_KERNEL_SP, %rsp
  pushq %gs:CPU_USER_SP
  pushq %r11
  pushq %rcx

  cmpq $SYSCALL_TABLE_SIZE, %rax
  jae bad_syscall
  movq %gs:CPU_CONTEXT, %r11
  subq CONTEXT_VDSO_CODE_BASE(%r11), %rcx
  leaq hafnon_syscall_sites(%rip), %r11
  cmpq (%r11,%rax,8), %rcx
  jne bad_syscall

  pushq %r13
  pushq %r12
  movq %r10, %rcx
  leaq hafnon_syscall_table(%rip), %r11
  callq *(%r11,%rax,8)

syscall_done:
  movq %gs:CPU_CONTEXT, %r11
  cmpl $0, CONTEXT_PENDING(%r11)
  jne pending

  // The vDSO's site, so always a canonical user address: SYSRET cannot fault.
  movq 16(%rsp), %rcx
  movq 24(%rsp), %r11
  xorl %edi, %edi
  xorl %esi, %esi
  xorl %edx, %edx
  xorl %r8d, %r8d
  xorl %r9d, %r9d
  xorl %r10d, %r10d
  movq 32(%rsp), %rsp
  swapgs
  sysretq

// Whoever preempts, suspends or kills the thread may look at its registers.
pending:
  addq $16, %rsp
  popq %rcx
  popq %r11
  popq %rdi
  addq $8, %rsp
  pushq $USER_DATA
  pushq %rdi
  pushq %r11
  pushq $USER_CODE
  pushq %rcx
  pushq $0
  pushq $SYSCALL_VECTOR
  xorl %edi, %edi
  pushq %rax
  pushq %rbx
  pushq %rcx
  pushq %rdi
  pushq %rdi
  pushq %rdi
  pushq %rbp
  pushq %rdi
  pushq %rdi
  pushq %rdi
  pushq %r11
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, %rdi
  callq hafnon_x64_return_to_user
  jmp hafnon_x64_trap_return

// A full frame with the user's registers as they are.
bad_syscall:
  popq %rcx
  popq %r11
  addq $16, %rsp
  pushq $USER_DATA
  pushq %gs:CPU_USER_SP
  pushq %r11
  pushq $USER_CODE
  pushq %rcx
  pushq $0
  pushq $SYSCALL_VECTOR
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
  movq %rsp, %rdi
  callq hafnon_x64_bad_syscall
  jmp hafnon_x64_trap_return

// [[noreturn]] void hafnon_x64_enter_user(pc, sp, arg1, arg2, kernel stack top). Makes a frame like that of
// any other way into the kernel, so that whoever wants something of the thread finds its registers.
.globl hafnon_x64_enter_user
.hidden hafnon_x64_enter_user
.type hafnon_x64_enter_user, @function
hafnon_x64_enter_user:
  movq %r8, %rsp
  pushq $USER_DATA
  pushq %rsi
  pushq $0x202
  pushq $USER_CODE
  pushq %rdi
  pushq $0
  pushq $SYSCALL_VECTOR
  xorl %eax, %eax
  pushq %rax
  pushq %rax
  pushq %rax
  pushq %rax
  pushq %rcx
  pushq %rdx
  pushq %rax
  pushq %rax
  pushq %rax
  pushq %rax
  pushq %rax
  pushq %rax
  pushq %rax
  pushq %rax
  pushq %rax
  movq %rsp, %rdi
  xorl %ebp, %ebp
  callq hafnon_x64_return_to_user
  jmp hafnon_x64_trap_return
