#!/bin/bash
# digest.sh MPIRUN PROGRAM: PROGRAM prints the same bytes on 1, 2, 3, 5 and 16 ranks, also with short messages,
# little memory and tasks that move.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
program=$2

on 1 "$program" >"$folder/expected"
[ "$(grep -c ' = ' "$folder/expected")" -ge 100 ] || fail "$program printed too little on one rank"
for ranks in 1 2 3 5 16; do
  for option in "" --seltzer-move-tasks=random \
    "--seltzer-message-limit=300 --seltzer-memory=1MiB --seltzer-spill-every=3 --seltzer-move-tasks=random"; do
    # shellcheck disable=SC2086
    on "$ranks" "$program" $option >"$folder/seen"
    cmp "$folder/expected" "$folder/seen" ||
      fail "$ranks ranks $option: results differ from those of one:" \
        "$(diff "$folder/expected" "$folder/seen" | cut -c1-300 | sed -n 1,20p || true)"
  done
done
for ranks in 2 3; do # slow on more ranks than cores: idle ranks wait for answers
  on "$ranks" "$program" --seltzer-move-tasks=messages >"$folder/seen"
  cmp "$folder/expected" "$folder/seen" || fail "$ranks ranks that ask each other for tasks: results differ from those of one"
done
