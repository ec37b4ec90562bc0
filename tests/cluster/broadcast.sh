#!/bin/bash
# A broadcast value is stored once per host: the host's ranks read the same memory, and it is sent once to each host
# but the driver's.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

check() {
  local said=$1 host
  [ "$(grep -c ' sum 31249875000$' "$said")" = 8 ] || fail "not 8 ranks with the right sum: $(cat "$said")"
  for host in n1 n2 n3 n4; do
    [ "$(grep " host $host " "$said" | sed 's/.* memory \(.*\) sum .*/\1/' | sort | uniq -c |
      awk '{ print $1 }')" = 2 ] ||
      fail "the 2 ranks on $host do not read the same memory: $(cat "$said")"
  done
  if grep -q nowhere "$said"; then fail "unmapped memory: $(cat "$said")"; fi
  # the 2,000,000 bytes of the value, and some for its name
  [ "$(awk '{ print($6 < 1000 ? "name" : $6 >= 2000000 && $6 < 2001000 ? "value" : "other") }' "$said" | paste -sd ' ')" = \
    "name name value name value name value name" ] ||
    fail "it was not sent once to each host: $(cat "$said")"
}

mpirun_on 4 30 "$programs/broadcast_program" >mpirun.said
check mpirun.said
on_login 30 env SLURM_PMIX_FENCE=ring srun -Q -K1 --mpi=pmix -N4 --ntasks-per-node=2 \
  "$programs/broadcast_program" >srun.said
check srun.said
