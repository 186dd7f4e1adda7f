#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# no_vector_registers.sh OBJDUMP ELF: fails if the x86-64 program names an x87, MMX, SSE or AVX register.
set -eu
found=$("$1" --disassemble --no-show-raw-insn "$2" | grep -E '%(xmm|ymm|zmm|mm|st)[0-9(]|[[:space:]]f(ld|st|add|mul|ild|istp?)' | head -n 3 || true)
if [ -n "$found" ]; then
  echo "$2 uses user floating-point or vector registers, which it does not save:"
  echo "$found"
  exit 1
fi
