#!/bin/bash
# Under `srun` without --mpi=pmix each process is alone in MPI: the program says so once, with advice, and ends with
# code 2.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

code=0
on_login 30 srun -Q -N2 --ntasks-per-node=2 "$programs/pi" --samples 1000 >said 2>&1 || code=$?
[ "$code" = 2 ] || fail "code $code, not 2: $(cat said)"
if grep -q '^RESULT' said; then fail "a rank has run: $(cat said)"; fi
says said 'Slurm started 4 processes .*each of them is alone in MPI.* Use .srun --mpi=pmix. '
[ "$(grep -c 'each of them is alone in MPI' said)" = 1 ] || fail "not exactly one advice: $(cat said)"
