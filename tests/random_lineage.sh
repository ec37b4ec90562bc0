#!/bin/bash
# random_lineage.sh MPIRUN PROGRAM: random lineages agree with the oracle in PROGRAM, and are equal on all numbers of ranks, with
# various sizes of messages, exchanges and memory. Environment, with defaults for a short run:
#   SEED      seed of the first lineage; the others have the following ones
#   LINEAGES  their number
#   RANKS     the numbers of ranks that each runs on, such as "1 2 3 5 16"
#   TURN      the position in the list of options at which it begins
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
program=$2
read -ra ranks <<<"${RANKS:-1 2 3 5}"
first=${SEED:-1}
left=${LINEAGES:-30}
options=("" --seltzer-move-tasks=random --seltzer-message-limit=64 --seltzer-exchange-budget=1 "--seltzer-message-limit=300 --seltzer-exchange-budget=700"
  "--seltzer-memory=1MiB --seltzer-spill-every=3 --seltzer-move-tasks=random" "--seltzer-message-limit=64 --seltzer-exchange-budget=1 --seltzer-spill-every=2"
  --seltzer-move-tasks=messages)
at_once=10 # lineages per run of the program
export SELTZER_PROGRESS=off

echo "$left lineages from seed $first on ${ranks[*]} ranks"
turn=${TURN:-0}
while [ "$left" -gt 0 ]; do
  count=$((left < at_once ? left : at_once))
  again="SEED=n LINEAGES=1 TURN=$turn RANKS=\"${ranks[*]}\" $0 ... repeats seed n"
  for i in "${!ranks[@]}"; do
    n=${ranks[i]}
    read -ra option <<<"${options[(turn + i) % ${#options[@]}]}"
    run="seeds $first to $((first + count - 1)) on $n ranks ${option[*]}"
    on "$n" "$program" --seed "$first" --count "$count" "${option[@]}" >"$folder/seen" 2>"$folder/errors" ||
      fail "$run: $(grep -v '^seed' "$folder/seen" | head -n 80; tail -n 20 "$folder/errors") $(tail -n 1 "$folder/seen"); $again"
    [ "$(grep -c '^seed .* digest' "$folder/seen")" = "$count" ] || fail "$run: not one line per lineage; $again"
    [ -s "$folder/expected" ] || cp "$folder/seen" "$folder/expected"
    cmp -s "$folder/expected" "$folder/seen" ||
      fail "$run: results differ from those on ${ranks[0]} ranks: $(diff "$folder/expected" "$folder/seen" | head -n 20); $again"
  done
  rm "$folder/expected"
  first=$((first + count))
  left=$((left - count))
  turn=$((turn + 3)) # without a common factor with the number of options: each meets each number of ranks
done
