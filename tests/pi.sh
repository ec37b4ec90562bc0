#!/bin/bash
# The main program as a user runs it: pi.sh MPIRUN PI PI_MPI. The estimate is within 5 standard errors, the table has every
# phase, and the digits are the same on 1, 2, 3, 5 and 16 ranks, without a launcher, and in plain MPI.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
pi=$2
pi_mpi=$3
samples=2000000

alone=$("$pi" --samples $samples)
inside=$(result inside <<<"$alone")
[ "$(result samples <<<"$alone")" = $samples ] || fail "no RESULT line with the number of samples: $alone"

awk -v inside="$inside" -v n=$samples 'BEGIN {
  share = inside / n; error = 4 * sqrt(share * (1 - share) / n); pi = atan2(0, -1); off = (4 * share - pi) / error
  if (off < -5 || off > 5) { print "pi.sh: the estimate is off by " off " standard errors" > "/dev/stderr"; exit 1 } }'

for phase in 'driver: plan' 'driver: serialize function' 'driver: broadcast' 'driver: serialize data' 'driver: scatter' \
  'map: deserialize function' 'map: deserialize data' 'map: cache lookup' 'map: execute' 'shuffle: write' \
  'shuffle: exchange' 'shuffle: read' 'spill: write' 'spill: read' 'result: serialize' 'result: gather' 'result: driver deserialize' \
  'wait: for other ranks' 'outside jobs'; do
  grep -q "^$phase " <<<"$alone" || fail "the table lacks the phase '$phase'"
done

for ranks in 1 2 3 5 16; do
  for program in "$pi" "$pi_mpi"; do
    others=$("${mpirun[@]}" -n $ranks "$program" --samples $samples | result inside)
    [ "$others" = "$inside" ] || fail "$program on $ranks ranks: inside=$others, alone inside=$inside"
  done
  others=$("${mpirun[@]}" -n $ranks "$pi" --samples $samples --partitions 7 | result inside)
  [ "$others" = "$inside" ] || fail "$ranks ranks, 7 partitions: inside=$others, alone inside=$inside"
done
echo "inside=$inside at every number of ranks"
