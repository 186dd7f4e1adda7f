#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# no_vector_registers.sh OBJDUMP ELF: fails if the x86-64 program names an x87, MMX, SSE or AVX register, or if
# there is no code to look at.
set -eu
code=$("$1" --disassemble --no-show-raw-insn "$2")
case $code in
  *%rax*) ;;
  *) echo "$2 cannot be disassembled; build it again"; exit 1 ;;
esac
if found=$(printf '%s\n' "$code" | grep -E '%(xmm|ymm|zmm|mm|st)[0-9(]|[[:space:]]f(ld|st|add|mul|ild|istp?)'); then
  echo "$2 uses user floating-point or vector registers, which it does not save:"
  printf '%s\n' "$found" | head -n 3
  exit 1
fi
