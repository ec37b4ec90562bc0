#!/bin/bash
# random_lineage.sh MPIRUN PROGRAM: random lineages give what the oracle in PROGRAM says, and the same on all numbers of ranks, with
# messages and exchanges of all sizes. In the environment, each with a default for a short run:
#   SEED      of the first lineage; the others have the seeds that follow
#   LINEAGES  how many
#   RANKS     on how many ranks each of them runs, such as "1 2 3 5 16"
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
program=$2
read -ra ranks <<<"${RANKS:-1 2 3 5}"
first=${SEED:-1}
left=${LINEAGES:-30}
again="SEED=n LINEAGES=1 RANKS=\"${ranks[*]}\" $0 ... repeats the one with seed n"
options=("" --seltzer-message-limit=64 --seltzer-exchange-budget=1 "--seltzer-message-limit=300 --seltzer-exchange-budget=700"
  --seltzer-message-limit=1mb "--seltzer-message-limit=64 --seltzer-exchange-budget=1")
at_once=50 # lineages of one program
export SELTZER_PROGRESS=off

echo "$left lineages from seed $first on ${ranks[*]} ranks"
turn=0
while [ "$left" -gt 0 ]; do
  count=$((left < at_once ? left : at_once))
  for n in "${ranks[@]}"; do
    # the options go round, in other combinations with the numbers of ranks each time
    read -ra option <<<"${options[turn++ % ${#options[@]}]}"
    run="seeds $first to $((first + count - 1)) on $n ranks ${option[*]}"
    on "$n" "$program" --seed "$first" --count "$count" "${option[@]}" >"$folder/seen" 2>"$folder/errors" ||
      fail "$run: $(grep -v '^seed' "$folder/seen" | head -n 80; tail -n 20 "$folder/errors") $(tail -n 1 "$folder/seen"); $again"
    [ "$(grep -c '^seed .* digest' "$folder/seen")" = "$count" ] || fail "$run: a line a lineage is missing; $again"
    [ -s "$folder/expected" ] || cp "$folder/seen" "$folder/expected"
    cmp -s "$folder/expected" "$folder/seen" ||
      fail "$run: other results than on ${ranks[0]} ranks: $(diff "$folder/expected" "$folder/seen" | head -n 20); $again"
  done
  rm "$folder/expected"
  first=$((first + count))
  left=$((left - count))
done
