#!/bin/bash
# Tasks move to idle ranks of other hosts, and no result depends on it.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

"$programs/digest_program" >one
on_login 270 mpirun -H n1:1,n2:1 "$programs/digest_program" >many
cmp one many || fail "results on two hosts differ from those of one rank: $(diff one many | cut -c1-200 | sed -n 1,20p)"

# of tasks whose cost grows with their number, the first rank's are done first
on_login 120 mpirun -H n1:1,n2:1 "$programs/bench_balance" --tasks 40 --seconds 0.5 --repeats 1 >said
grep -q '^RESULT shape=linear ranks=2 .* moved=[1-9]' said || fail "no task moved: $(cat said)"
