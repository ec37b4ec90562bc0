#!/bin/bash
# A job that lost a host is requeued whatever the program's exit code; a program that fails while all hosts answer is
# not requeued.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

cat >fails <<'PROGRAM'
#!/bin/sh
[ "${SLURM_RESTART_COUNT:-0}" = 0 ] || exit 0
until [ -e "$1" ]; do sleep 0.1; done
exit 7
PROGRAM
chmod +x fails

touch now
job=$(submit -N2 -n2 "$source_tree/slurm/run.sbatch" "$folder/fails" "$folder/now")
state=$(wait_job "$job" 60) && fail "$state: $(cat "out-$job")"
[ "$state" = 'FAILED 7:0' ] || fail "$state: $(cat "out-$job")"

# on a busy machine Slurm may miss the host before the script does, and requeue the job itself: then once more
for attempt in 1 2 3 4 5 6; do
  [ "$attempt" = 1 ] || cluster reset
  rm -f later
  job=$(submit -N2 -n2 "$source_tree/slurm/run.sbatch" "$folder/fails" "$folder/later")
  wait_for 20 "out-$job" '^command '
  read -r first second < <(sed -n 's/^hosts *\([^ ]*\) \([^ ]*\) .*/\1 \2/p' "out-$job")
  [ "$first" != "$second" ] || fail "two hosts: $(cat "out-$job")"
  sleep 1
  hosts crash "$second"
  touch later
  state=$(wait_job "$job" 100) || fail "$state: $(cat "out-$job")"
  grep -q 'DUE TO NODE FAILURE' "out-$job" || break
done
says "out-$job" 'ended with code 7, and some hosts do not answer: treated as 205'
says "out-$job" '(code 205); requeued for start 2 of at most 4'
