#!/bin/bash
# digest.sh PROGRAM MPIRUN...: PROGRAM prints the same, byte for byte, on 1, 2, 3, 5 and 16 ranks, also with short messages.
# MPIRUN is the start of a command, which `-n 3 PROGRAM` continues.
set -euo pipefail
program=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$@" -n 1 "$program" >"$folder/expected"
if [ "$(grep -c ' = ' "$folder/expected")" -lt 100 ]; then
  echo "$program printed too little on one rank"
  exit 1
fi
for ranks in 2 3 5 16; do
  for option in "" --seltzer-message-limit=300; do
    "$@" -n "$ranks" "$program" $option >"$folder/seen"
    if ! cmp "$folder/expected" "$folder/seen"; then
      echo "$ranks ranks $option print other results than one:"
      diff "$folder/expected" "$folder/seen" | cut -c1-300 | head -20 || true
      exit 1
    fi
  done
done
