#!/bin/bash
# Slurm's signal before the time limit ends a job between two stages with code 85. With mpirun and with srun it is
# requeued, at most as often as allowed, and ends with the right result. A signal before the program starts counts too.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"
run=$source_tree/slurm/run.sbatch
stages=("$programs/stages_program" --seconds 59 --seconds-again 1)

# 50 s before the limit of a minute; Slurm may send the signal earlier
limited=$(SELTZER_MAX_REQUEUES=0 submit -N2 -n2 --time=1 --signal=B:USR1@50 "$run" "${stages[@]}")
by_mpirun=$(submit -N2 -n4 "$run" "${stages[@]}")
by_srun=$(SELTZER_LAUNCHER=srun submit -N2 -n4 "$run" "${stages[@]}")
# a slow squeue delays run.sbatch before it starts the program
mkdir slow
printf '#!/bin/sh\necho asked >"%s/asked"\nsleep 2\nexec "%s" "$@"\n' "$folder" "$(command -v squeue)" >slow/squeue
chmod +x slow/squeue
early=$(PATH=$folder/slow:$PATH submit -N2 -n4 "$run" "${stages[@]}")
wait_for 20 asked asked
on_login 10 scancel --batch --signal=USR1 "$early"
for job in $by_mpirun $by_srun; do
  wait_for 20 "out-$job" '^command '  # the ranks are still being started
  on_login 10 scancel --batch --signal=USR1 "$job"
done

state=$(wait_job "$limited" 30) || true
[ "$state" = 'FAILED 85:0' ] || fail "at the limit: $state: $(cat "out-$limited")"
says "out-$limited" 'the time limit was near (code 85); not requeued: that was start 1 of at most 1'
for job in $by_mpirun $by_srun $early; do
  state=$(wait_job "$job" 40) || fail "job $job: $state: $(cat "out-$job")"
  says "out-$job" 'the time limit was near (code 85); requeued for start 2 of at most 4'
  says "out-$job" '^start  *2, at most 4$'
  says "out-$job" '^RESULT app=stages ranks=4 .* sum=199990000 restarts=1$'
  says "out-$job" '[Tt]ime limit'
done
