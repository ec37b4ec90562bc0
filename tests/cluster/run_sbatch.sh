#!/bin/bash
# run.sbatch exits with the program's code, uses srun on request, and reports misuse.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"
run=$source_tree/slurm/run.sbatch

code=0
on_login 10 "$run" "$programs/pi" >said 2>&1 || code=$?
[ $code = 2 ] || fail "code $code without Slurm: $(cat said)"
says said 'not in a Slurm job'

code7=$(submit -n1 "$run" bash -c 'exit 7')
nothing=$(submit -n1 "$run")
nowhere=$(submit -n1 "$run" ./nowhere)
by_srun=$(SELTZER_LAUNCHER=srun submit -N2 --ntasks-per-node=2 "$run" "$programs/pi" --samples 1000000)
launcher=$(SELTZER_LAUNCHER=rsh submit -n1 "$run" "$programs/pi")
requeues=$(SELTZER_MAX_REQUEUES=many submit -n1 "$run" "$programs/pi")

# ended JOB STATE WORDS
ended() {
  local state
  state=$(wait_job "$1" 30) || true
  [ "$state" = "$2" ] || fail "job $1: $state, not $2: $(cat "out-$1")"
  says "out-$1" "$3"
}
ended "$code7" 'FAILED 7:0' '^command  *mpirun .*bash -c exit.* 7'
ended "$nothing" 'FAILED 2:0' 'no program given'
ended "$nowhere" 'FAILED 2:0' "no executable ./nowhere found from $folder on n"
ended "$by_srun" 'COMPLETED 0:0' '^command  *srun --mpi=pmix -K1 .*pi --samples 1000000'
says "out-$by_srun" '^RESULT app=pi ranks=4 '
ended "$launcher" 'FAILED 2:0' 'SELTZER_LAUNCHER=rsh is neither mpirun nor srun'
ended "$requeues" 'FAILED 2:0' 'SELTZER_MAX_REQUEUES=many is not a number'
