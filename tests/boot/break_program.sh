#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# break_program.sh KIND PROGRAM OUTPUT: a copy of an ELF program that breaks one rule of the loader.
set -eu
kind=$1 program=$2 output=$3
cp "$program" "$output"
chmod u+w "$output"
patch() { printf "$2" | dd of="$output" bs=1 seek="$1" conv=notrunc status=none; }
case $kind in
  truncated) head -c 3000 "$program" >"$output" ;;
  fixed) patch 16 '\002' ;;          # e_type: ET_EXEC
  writable-text) patch 180 '\007' ;; # p_flags of the third program header, the text
  *) echo "break_program.sh: unknown kind $kind" >&2; exit 1 ;;
esac
