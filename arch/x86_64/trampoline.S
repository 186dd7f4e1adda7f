// SPDX-License-Identifier: BSD-2-Clause
// First instructions of every CPU but the boot CPU: real mode, cs = page of the trampoline, ip = 0.
// Copied to TRAMPOLINE_PHYSICAL; data at TRAMPOLINE_DATA of that page is filled in by smp.cc. Page
// tables below 4 GiB map the page at its physical address, and the kernel.
#include "arch/x86_64/offsets.h"

#define AT(label) (TRAMPOLINE_PHYSICAL + label - hafnon_x64_trampoline)
#define DATA(field) (TRAMPOLINE_PHYSICAL + TRAMPOLINE_DATA + field)

.section .rodata.trampoline, "a"
.balign 16
.globl hafnon_x64_trampoline
.hidden hafnon_x64_trampoline
hafnon_x64_trampoline:
.code16
  cli
  cld
  xorw %ax, %ax
  movw %ax, %ds
  // PAE, then the page tables, then long mode with no-execute, then paging and protection at once.
  movl $0x20, %eax
  movl %eax, %cr4
  movl DATA(START_ROOT), %eax
  movl %eax, %cr3
  movl $0xc0000080, %ecx
  movl $0x900, %eax
  xorl %edx, %edx
  wrmsr
  movl $0x80010001, %eax
  movl %eax, %cr0
  lgdtl AT(gdt_pointer)
  ljmpl $8, $AT(long_mode)

.code64
long_mode:
  movl $0x10, %eax
  movl %eax, %ds
  movl %eax, %es
  movl %eax, %ss
  xorl %eax, %eax
  movl %eax, %fs
  movl %eax, %gs
  movl $DATA(0), %ebx
  // GS base: the CPU's block.
  movl $0xc0000101, %ecx
  movl START_PER_CPU(%rbx), %eax
  movl START_PER_CPU+4(%rbx), %edx
  wrmsr
  movq START_STACK(%rbx), %rsp
  xorl %ebp, %ebp
  pushq $0
  jmpq *START_ENTRY(%rbx)

.balign 8
gdt:
  .quad 0
  .quad 0x00af9b000000ffff
  .quad 0x00cf93000000ffff
gdt_pointer:
  .word gdt_pointer - gdt - 1
  .long AT(gdt)

.globl hafnon_x64_trampoline_end
.hidden hafnon_x64_trampoline_end
hafnon_x64_trampoline_end:
