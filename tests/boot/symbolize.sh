#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# symbolize.sh NAME DEBUG-FILE PATTERN command...: runs the command, gives the symbolizer markup in its output
# to llvm-symbolizer together with the debug information of module NAME, and wants a frame that
# matches the basic regular expression.
set -eu
name=$1 debug=$2 pattern=$3
shift 3
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

"$@" >"$directory/output" 2>&1 </dev/null || {
  cat "$directory/output"
  exit 1
}
id=$(sed -n "s/^{{{module:[0-9]*:$name:elf:\([0-9a-f]*\)}}}.*/\1/p" "$directory/output" | head -n 1)
[ -n "$id" ] || {
  echo "no module $name in the output"
  exit 1
}
rest=${id#??}
mkdir -p "$directory/.build-id/${id%"$rest"}"
ln -s "$debug" "$directory/.build-id/${id%"$rest"}/$rest.debug"
tr -d '\r' <"$directory/output" | grep '{{{' |
  llvm-symbolizer-22 --filter-markup --debug-file-directory="$directory" >"$directory/frames"
cat "$directory/frames"
grep -q "$pattern" "$directory/frames"
