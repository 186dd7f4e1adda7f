// SPDX-License-Identifier: BSD-2-Clause
// First instructions of the kernel on the boot CPU and on the others. Calls hafnon_kernel_start
// (start.cc) and kernel::SecondaryMain().
#include "arch/arm64/entry_level.inc"
#include "arch/arm64/offsets.h"

// In: x0 Handoff (physmap). Paging on, interrupts masked.
  .section .text.start, "ax"
  .globl hafnon_kernel_entry
hafnon_kernel_entry:
  adrp x9, hafnon_boot_context
  add x9, x9, :lo12:hafnon_boot_context
  add x9, x9, #CONTEXT_THREAD_POINTER
  msr tpidr_el1, x9
  ldr x10, [x0, #HANDOFF_STACK_GUARD]
  str x10, [x9, #CONTEXT_STACK_GUARD]
  adrp x10, boot_stack_top
  add x10, x10, :lo12:boot_stack_top
  str x10, [x9, #CONTEXT_STACK_TOP]
  mov sp, x10
  adrp x18, boot_shadow
  add x18, x18, :lo12:boot_shadow
  str x18, [x9, #CONTEXT_SHADOW_BASE]
  adrp x10, hafnon_vectors
  add x10, x10, :lo12:hafnon_vectors
  msr vbar_el1, x10
  msr tpidrro_el0, xzr
  isb
  mov x29, xzr
  mov x30, xzr
  bl hafnon_kernel_start
  brk #0

// Another CPU, from PSCI or a spin table: MMU off, EL1 or EL2, runs at its physical address.
  .balign 64
  .globl hafnon_secondary_entry
hafnon_secondary_entry:
  drop_to_el1
  adrp x0, hafnon_secondary_start
  add x0, x0, :lo12:hafnon_secondary_start
  ldr x1, [x0, #START_TTBR1]
  ldr x2, [x0, #START_TTBR0]
  ldr x3, [x0, #START_MAIR]
  ldr x4, [x0, #START_TCR]
  ldr x5, [x0, #START_SCTLR]
  ldr x6, [x0, #START_CONTEXT]
  ldr x7, [x0, #START_CONTINUE]
  msr mair_el1, x3
  msr tcr_el1, x4
  msr ttbr0_el1, x2
  msr ttbr1_el1, x1
  dsb ish
  isb
  tlbi vmalle1
  ic iallu
  dsb nsh
  isb
  msr sctlr_el1, x5
  isb
  br x7

// In: x6 Context of this CPU's first thread. At its virtual address from here on.
  .globl hafnon_secondary_continue
hafnon_secondary_continue:
  add x9, x6, #CONTEXT_THREAD_POINTER
  msr tpidr_el1, x9
  ldr x10, [x9, #CONTEXT_STACK_TOP]
  mov sp, x10
  ldr x18, [x9, #CONTEXT_SHADOW_BASE]
  adrp x10, hafnon_vectors
  add x10, x10, :lo12:hafnon_vectors
  msr vbar_el1, x10
  msr tpidrro_el0, xzr
  isb
  mov x29, xzr
  mov x30, xzr
  bl _ZN6kernel13SecondaryMainEv
  brk #0

  .section .bss.stack, "aw", %nobits
  .balign 4096
  .skip KERNEL_STACK_SIZE
boot_stack_top:
boot_shadow:
  .skip SHADOW_STACK_SIZE
