#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh MODEL COMPILER FOLDER [BUG]: checks all states of a model, and under weak fairness what it says must
# happen in the end. With BUG, the model has its historical bug and the check must find it.
set -eu
model=$1
compiler=$2
folder=$3
bug=${4:-}
source=$(cd "$(dirname "$0")" && pwd)

rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
cp "$source"/*.pml .
spin ${bug:+-D"$bug"} -a "$model.pml"
"$compiler" -O0 -w -DNOCLAIM -o safety pan.c
programs=./safety
if grep -q '^ltl ' "$model.pml"; then
  "$compiler" -O0 -w -DNFAIR=3 -o liveness pan.c
  programs="$programs ./liveness"
fi

found=0
for program in $programs; do
  options=-m100000
  [ "$program" = ./safety ] || options="$options -a -f"
  "$program" $options > output
  grep -E 'State-vector|states, stored|errors:' output
  if grep -q 'max search depth too small' output; then
    echo "$model: the search was cut off" >&2
    exit 1
  fi
  grep -q 'errors: 0' output || found=1
done

if [ -n "$bug" ]; then
  [ "$found" = 1 ] && exit 0
  echo "$model: the bug was not found" >&2
  exit 1
fi
[ "$found" = 0 ] && exit 0
spin -t -p -g "$model.pml" | tail -60
exit 1
