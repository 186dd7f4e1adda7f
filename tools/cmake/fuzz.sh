#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fuzz.sh PROGRAM FOLDER CORPUS...: fuzzes for HAFNON_FUZZ_SECONDS (2 when not set) from the corpora;
# new inputs go to the first one, findings to FOLDER.
set -eu
program=$1
folder=$2
shift 2
exec "$program" -max_total_time="${HAFNON_FUZZ_SECONDS:-2}" -timeout=5 -rss_limit_mb=2048 \
  -artifact_prefix="$folder/" "$@"
