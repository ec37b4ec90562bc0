#!/bin/bash
# A killed rank ends the program in seconds, under mpirun, in a Slurm job, and under srun; mpirun names rank and host.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"
stages=("$programs/stages_program" --seconds 60)

background mpirun_on 2 90 "${stages[@]}"
wait_for 20 said '^rank 3 '
kill -9 "$(pid_of_rank 3 said)"
ends_with 137 10
says said 'rank 3 .*on node n2 exited on signal 9'

job=$(submit -N2 --ntasks-per-node=2 "$source_tree/slurm/run.sbatch" "${stages[@]}")
wait_for 20 "out-$job" '^rank 3 '
kill -9 "$(pid_of_rank 3 "out-$job")"
state=$(wait_job "$job" 15) && fail "a job with a killed rank succeeded: $state"
[ "$state" = 'FAILED 137:0' ] || fail "the job: $state, $(cat "out-$job")"
says "out-$job" 'rank 3 .*on node n2 exited on signal 9'

background on_login 90 env SLURM_PMIX_FENCE=ring srun -K1 --mpi=pmix -N2 --ntasks-per-node=2 "${stages[@]}"
wait_for 20 said '^rank 2 '
kill -9 "$(pid_of_rank 2 said)"
# 143 if srun first hears of a rank that it ended itself
ends_with '137 143' 15
says said 'n2: task 2: Killed'
