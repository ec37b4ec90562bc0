#!/bin/bash
# A job array: task i gets line i of the file, its own output, and a clear error if the line is invalid.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"
array=$source_tree/slurm/array.sbatch

printf '%s\n' '--samples 1000000' "--samples '2000000'  --partitions 3" ' ' "--samples '3" "1 ''" >parameters
job=$(on_login 20 sbatch --parsable --output="$folder/out-%a" --array=1-6 -n2 "$array" parameters \
  "$programs/pi" --seed 7)
alone=$(on_login 20 sbatch --parsable --output="$folder/out-alone" -n1 "$array" parameters "$programs/pi")

# ended TASK STATE WORDS
ended() {
  local state
  state=$(wait_job "${job}_$1" 30) || true
  [ "$state" = "$2" ] || fail "task $1: $state, not $2: $(cat "out-$1")"
  says "out-$1" "$3"
}
ended 1 'COMPLETED 0:0' '^RESULT app=pi ranks=2 .* samples=1000000 '
says out-1 'pi --seed 7 --samples 1000000 '
ended 2 'COMPLETED 0:0' '^RESULT app=pi ranks=2 partitions=3 .* samples=2000000 '
ended 3 'FAILED 2:0' 'line 3 of parameters is empty'
ended 4 'FAILED 2:0' 'line 4 of parameters has an unbalanced quote'
ended 5 'FAILED 2:0' "^command .*pi --seed 7 1 ''"
ended 6 'FAILED 2:0' 'no line for task 6: parameters has 5 lines, and the first is for task 1'
wait_job "$alone" 30 >/dev/null || true
says out-alone 'not a task of a job array'
