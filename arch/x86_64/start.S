// SPDX-License-Identifier: BSD-2-Clause
// First instruction of the kernel, on the boot CPU. Calls hafnon_x64_start (start.cc).
// In: rdi address of the Handoff, in the physmap. Paging on, interrupts off.

.section .text.start, "ax"
.globl _start
.type _start, @function
_start:
  cld
  leaq hafnon_x64_boot_stack_top(%rip), %rsp
  xorl %ebp, %ebp
  pushq $0
  jmp hafnon_x64_start

.section .bss.boot_stack, "aw", @nobits
.balign 4096
.skip 16384
.hidden hafnon_x64_boot_stack_top
.globl hafnon_x64_boot_stack_top
hafnon_x64_boot_stack_top:
