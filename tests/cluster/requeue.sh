#!/bin/bash
# A job that loses a host is requeued by run.sbatch, runs on the remaining hosts, and ends with the right result. The
# lost host is not the one that runs the batch script: if that is lost, Slurm itself requeues the job.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

job=$(submit -N2 -n4 "$source_tree/slurm/run.sbatch" "$programs/stages_program" --seconds 60 --seconds-again 1)
wait_for 20 "out-$job" '^rank 3 '
lost=$(sed -n 's/^rank 3 host \([^ ]*\) .*/\1/p' "out-$job")
hosts crash "$lost"
state=$(wait_job "$job" 60) || fail "$state: $(cat "out-$job")"
says "out-$job" 'a rank or host was lost (code 205); requeued for start 2 of at most 4'
says "out-$job" '^RESULT app=stages ranks=4 .* sum=199990000 restarts=1$'
if sed '1,/requeued for start 2/d' "out-$job" | grep -q "^rank . host $lost "; then
  fail "again on $lost: $(cat "out-$job")"
fi
