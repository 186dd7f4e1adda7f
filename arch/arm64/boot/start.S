// SPDX-License-Identifier: BSD-2-Clause
// First instructions: the Linux Image header, then from whatever state the firmware left to C++.
// Calls hafnon_boot_main (kernel/boot/device_tree.cc) and uses the symbols of boot.ld.
#include "arch/arm64/entry_level.inc"

  .section .head.text, "ax"
  .globl hafnon_boot_head
hafnon_boot_head:
  b start
  .long 0
  .quad 0                        // text_offset
  .quad hafnon_boot_size         // image_size with zero-initialised data and stack
  .quad 0xa                      // little-endian, 4 KiB pages, any 2 MiB boundary
  .quad 0, 0, 0
  .ascii "ARM\x64"
  .long 0

// In: x0 device tree, MMU off. Keeps in x19 device tree, x20 entry level, x21 counter.
start:
  mov x19, x0
  mrs x20, CurrentEL
  lsr x20, x20, #2
  mrs x21, cntvct_el0
  cmp x20, #2
  b.ne 1f
  mrs x21, cntpct_el0            // the virtual counter has no meaning yet
1:
  drop_to_el1

  // Zero-initialised data; sizes are multiples of 16.
  adrp x0, hafnon_boot_bss
  add x0, x0, :lo12:hafnon_boot_bss
  adrp x1, hafnon_boot_bss_end
  add x1, x1, :lo12:hafnon_boot_bss_end
2:
  cmp x0, x1
  b.hs 3f
  stp xzr, xzr, [x0], #16
  b 2b
3:
  adrp x0, hafnon_boot_stack_top
  add x0, x0, :lo12:hafnon_boot_stack_top
  mov sp, x0

  // RELR: an even word is the address of a place, an odd word a bitmap of the 63 places behind it.
  adrp x0, hafnon_boot_head
  add x0, x0, :lo12:hafnon_boot_head
  adrp x1, hafnon_boot_relr
  add x1, x1, :lo12:hafnon_boot_relr
  adrp x2, hafnon_boot_relr_end
  add x2, x2, :lo12:hafnon_boot_relr_end
4:
  cmp x1, x2
  b.hs 8f
  ldr x3, [x1], #8
  tbnz x3, #0, 5f
  add x4, x3, x0
  ldr x5, [x4]
  add x5, x5, x0
  str x5, [x4], #8
  b 4b
5:
  mov x6, x4
6:
  lsr x3, x3, #1
  cbz x3, 7f
  tbz x3, #0, 9f
  ldr x5, [x6]
  add x5, x5, x0
  str x5, [x6]
9:
  add x6, x6, #8
  b 6b
7:
  add x4, x4, #(63 * 8)
  b 4b
8:
  mov x29, xzr
  mov x30, xzr
  mov x0, x19
  mov x1, x20
  mov x2, x21
  bl hafnon_boot_main
  brk #0

// The jump. In: x0 kernel tables, x1 identity tables, x2 entry, x3 its argument, x4 MAIR, x5 TCR,
// x6 SCTLR. Runs from memory that the identity tables map.
  .section .text.enter, "ax"
  .globl hafnon_boot_enter
hafnon_boot_enter:
  msr mair_el1, x4
  msr tcr_el1, x5
  msr ttbr0_el1, x1
  msr ttbr1_el1, x0
  dsb ish
  isb
  tlbi vmalle1
  ic iallu
  dsb nsh
  isb
  msr sctlr_el1, x6
  isb
  mov x0, x3
  br x2
