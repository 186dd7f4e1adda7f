// SPDX-License-Identifier: BSD-2-Clause
// What arch::Switch() (<arch/context.h>) calls. Calls hafnon_x64_save_user_state and hafnon_x64_restore_user_state (context.cc) on old
// processors.
#include "arch/x86_64/offsets.h"

.text

// In: rdi from, rsi to (both Context). Keeps rsp and rbp, nothing else.
// User state travels in the contexts. The user's GS base is in IA32_KERNEL_GS_BASE while the kernel runs;
// interrupts are off, so swapping is not seen.
.balign 64
.globl hafnon_x64_switch
.hidden hafnon_x64_switch
.type hafnon_x64_switch, @function
hafnon_x64_switch:
  pushq %rbp
  movq %rsp, CONTEXT_SAVED_SP(%rdi)
  movzbl hafnon_x64_features+FEATURES_FAST_USER_STATE(%rip), %r8d

  cmpb $0, CONTEXT_USER(%rdi)
  je user_state_saved
  testl %r8d, %r8d
  jz save_user_state
  movq CONTEXT_FP_STATE(%rdi), %rcx
  movl hafnon_x64_features+FEATURES_FP_MASK(%rip), %eax
  xorl %edx, %edx
  xsaveopt64 (%rcx)
  rdfsbase %rax
  movq %rax, CONTEXT_FS_BASE(%rdi)
  swapgs
  rdgsbase %rax
  swapgs
  movq %rax, CONTEXT_GS_BASE(%rdi)
user_state_saved:

  movq %rsi, %gs:CPU_CONTEXT
  movq CONTEXT_STACK_TOP(%rsi), %rax
  movq %rax, %gs:CPU_TSS_RSP0
  // See PerCpu::SetKernelStack().
  subq $8, %rax
  movq %rax, %gs:CPU_KERNEL_SP

  cmpb $0, CONTEXT_USER(%rsi)
  je user_state_restored
  testl %r8d, %r8d
  jz restore_user_state
  movq CONTEXT_FP_STATE(%rsi), %rcx
  movl hafnon_x64_features+FEATURES_FP_MASK(%rip), %eax
  xorl %edx, %edx
  xrstor64 (%rcx)
  movq CONTEXT_FS_BASE(%rsi), %rax
  wrfsbase %rax
  movq CONTEXT_GS_BASE(%rsi), %rax
  swapgs
  wrgsbase %rax
  swapgs
user_state_restored:

  movq CONTEXT_SAVED_SP(%rsi), %rsp
  popq %rbp
  retq

// The stack is `from`'s in both, and no longer needed.
save_user_state:
  movq %rdi, %rbx
  movq %rsi, %r12
  andq $-16, %rsp
  callq hafnon_x64_save_user_state
  movq %rbx, %rdi
  movq %r12, %rsi
  xorl %r8d, %r8d
  jmp user_state_saved
restore_user_state:
  movq %rsi, %r12
  movq %rsi, %rdi
  andq $-16, %rsp
  callq hafnon_x64_restore_user_state
  movq %r12, %rsi
  jmp user_state_restored

// First return address of a prepared context, with the function and its argument on the stack.
.globl hafnon_x64_context_start
.hidden hafnon_x64_context_start
.type hafnon_x64_context_start, @function
hafnon_x64_context_start:
  xorl %ebp, %ebp
  popq %rax
  popq %rdi
  callq *%rax
  ud2
