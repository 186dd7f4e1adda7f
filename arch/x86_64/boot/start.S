// SPDX-License-Identifier: BSD-2-Clause
// First instructions on x86-64: from the PVH entry state (32-bit protected mode, flat segments, paging
// off, ebx = start info) to C++ in long mode. Calls hafnon_boot_main (kernel/boot/pvh.cc); numbers
// named hafnon_low_* come from boot.ld.

#define COM1 0x3f8

  // XEN_ELFNOTE_PHYS32_ENTRY
  .section .note.Xen, "a", @note
  .balign 4
  .long 4, 8, 18
  .asciz "Xen"
  .quad hafnon_low_start

.macro put_register offset, value
  movw $(COM1 + \offset), %dx
  movb $\value, %al
  outb %al, %dx
.endm

  .section .text.start, "ax"
  .code32
  .globl hafnon_boot_start
  .hidden hafnon_boot_start
hafnon_boot_start:
  cli
  cld
  movl %ebx, %ebp
  rdtsc
  movl %eax, %esi
  movl %edx, %edi
  movl $hafnon_low_stack, %esp

  // The UART: no interrupts, 115200 baud, 8N1, FIFOs, then a first sign of life.
  put_register 1, 0x00
  put_register 3, 0x80
  put_register 0, 0x01
  put_register 1, 0x00
  put_register 3, 0x03
  put_register 2, 0xc7
  put_register 4, 0x03
  put_register 0, 0x0d

  movl $0x80000000, %eax
  cpuid
  cmpl $0x80000001, %eax
  jb 8f
  movl $0x80000001, %eax
  cpuid
  // Long mode (29) and no-execute (20).
  andl $0x20100000, %edx
  cmpl $0x20100000, %edx
  jne 8f

  movl $0x20, %eax
  movl %eax, %cr4
  movl $hafnon_low_root, %eax
  movl %eax, %cr3
  movl $0xc0000080, %ecx
  rdmsr
  orl $0x900, %eax
  wrmsr
  movl $0x80010001, %eax
  movl %eax, %cr0
  lgdt hafnon_low_gdt_pointer
  ljmpl $8, $hafnon_low_long_mode

8:
  movl $hafnon_low_no_long_mode, %esi
9:
  movw $(COM1 + 5), %dx
1:
  inb %dx, %al
  testb $0x20, %al
  jz 1b
  movw $COM1, %dx
  lodsb
  testb %al, %al
  jz 2f
  outb %al, %dx
  jmp 9b
2:
  // The command line is not read yet, so the exit port is tried in any case: 1 as status.
  movw $0xf4, %dx
  movl $17, %eax
  outl %eax, %dx
3:
  hlt
  jmp 3b

  .code64
  .globl hafnon_boot_long_mode
  .hidden hafnon_boot_long_mode
hafnon_boot_long_mode:
  movl $0x10, %eax
  movl %eax, %ss
  movl %eax, %ds
  movl %eax, %es
  xorl %eax, %eax
  movl %eax, %fs
  movl %eax, %gs
  movl %esp, %esp
  shlq $32, %rdi
  movl %esi, %esi
  orq %rdi, %rsi
  movl %ebp, %edi
  xorl %ebp, %ebp
  callq hafnon_boot_main
  ud2

// Exceptions: all end in hafnon_boot_exception(vector, rip, cr2) (boot/machine.cc).
  .balign 16
  .globl hafnon_boot_traps
  .hidden hafnon_boot_traps
hafnon_boot_traps:
.set vector, 0
.rept 32
  .balign 16
  // Where the processor pushes an error code, the return address is one word further.
  .if vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30
  popq %rax
  .endif
  pushq $vector
  jmp boot_trap
  .set vector, vector + 1
.endr
boot_trap:
  popq %rdi
  movq (%rsp), %rsi
  movq %cr2, %rdx
  andq $-16, %rsp
  callq hafnon_boot_exception
  ud2

  .section .rodata.boot_start, "a"
  .globl hafnon_boot_no_long_mode
  .hidden hafnon_boot_no_long_mode
hafnon_boot_no_long_mode:
  .asciz "boot: firmware: the processor has no 64-bit mode with no-execute; use a 64-bit processor\r\n"

  .balign 8
  .globl hafnon_boot_gdt
  .hidden hafnon_boot_gdt
hafnon_boot_gdt:
  .quad 0
  .quad 0x00af9b000000ffff
  .quad 0x00cf93000000ffff
  .globl hafnon_boot_gdt_pointer
  .hidden hafnon_boot_gdt_pointer
hafnon_boot_gdt_pointer:
  .word hafnon_boot_gdt_pointer - hafnon_boot_gdt - 1
  .long hafnon_low_gdt

// The lowest 4 GiB one to one, in pages of 2 MiB.
  .section .data.tables, "aw"
  .balign 4096
  .globl hafnon_boot_root
  .hidden hafnon_boot_root
hafnon_boot_root:
  .quad level2 + 3
  .skip 4088
level2:
  .quad level1 + 3, level1 + 0x1003, level1 + 0x2003, level1 + 0x3003
  .skip 4064
level1:
.set address, 0
.rept 2048
  .quad address + 0x83
  .set address, address + 0x200000
.endr
