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
  cmpb $USER_FAST, CONTEXT_USER(%rdi)
  jne save_other
  cmpb $USER_FAST, CONTEXT_USER(%rsi)
  jne save_fast

  movl hafnon_x64_features+FEATURES_FP_MASK(%rip), %eax
  xorl %edx, %edx
  movq CONTEXT_FP_STATE(%rdi), %rcx
  xsaveopt64 (%rcx)
  movq CONTEXT_FP_STATE(%rsi), %rcx
  xrstor64 (%rcx)
  rdfsbase %rax
  movq %rax, CONTEXT_FS_BASE(%rdi)
  movq CONTEXT_FS_BASE(%rsi), %rax
  wrfsbase %rax
  movq CONTEXT_GS_BASE(%rsi), %rcx
  swapgs
  rdgsbase %rax
  wrgsbase %rcx
  swapgs
  movq %rax, CONTEXT_GS_BASE(%rdi)

user_state_switched:
  movq %rsi, %gs:CPU_CONTEXT
  movq CONTEXT_STACK_TOP(%rsi), %rax
  movq %rax, %gs:CPU_TSS_RSP0
  // See PerCpu::SetKernelStack().
  subq $8, %rax
  movq %rax, %gs:CPU_KERNEL_SP
  movq CONTEXT_SAVED_SP(%rsi), %rsp
  popq %rbp
  retq

// One of the two has no user state, or both need the functions. The stack is `from`'s and no longer needed.
save_fast:
  movl hafnon_x64_features+FEATURES_FP_MASK(%rip), %eax
  xorl %edx, %edx
  movq CONTEXT_FP_STATE(%rdi), %rcx
  xsaveopt64 (%rcx)
  rdfsbase %rax
  movq %rax, CONTEXT_FS_BASE(%rdi)
  swapgs
  rdgsbase %rax
  swapgs
  movq %rax, CONTEXT_GS_BASE(%rdi)
  jmp user_state_saved
save_other:
  cmpb $USER_SLOW, CONTEXT_USER(%rdi)
  jne user_state_saved
  movq %rsi, %r12
  andq $-16, %rsp
  callq hafnon_x64_save_user_state
  movq %r12, %rsi
user_state_saved:
  cmpb $USER_SLOW, CONTEXT_USER(%rsi)
  jb user_state_switched
  je restore_slow
  movl hafnon_x64_features+FEATURES_FP_MASK(%rip), %eax
  xorl %edx, %edx
  movq CONTEXT_FP_STATE(%rsi), %rcx
  xrstor64 (%rcx)
  movq CONTEXT_FS_BASE(%rsi), %rax
  wrfsbase %rax
  movq CONTEXT_GS_BASE(%rsi), %rax
  swapgs
  wrgsbase %rax
  swapgs
  jmp user_state_switched
restore_slow:
  movq %rsi, %r12
  movq %rsi, %rdi
  andq $-16, %rsp
  callq hafnon_x64_restore_user_state
  movq %r12, %rsi
  jmp user_state_switched

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
