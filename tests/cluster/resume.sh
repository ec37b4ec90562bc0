#!/bin/bash
# A program with checkpoints is requeued, after the time limit's signal and after the loss of a host, and goes on where
# it was: the first rounds are not done again, and the result is that of an undisturbed run.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"
run=$source_tree/slurm/run.sbatch
awk 'BEGIN { for (i = 0; i < 300; ++i) { print i, (i * 7 + 1) % 300; print i, (i * i) % 300 } }' >"$folder/edges"
rank=("$programs/page_rank" "$folder/edges" --partitions 4 --iterations 9000 --top 1)
expected=$("${rank[@]}" | result sum)

signalled=$(submit -N2 -n4 "$run" "${rank[@]}" --checkpoint "$folder/signalled" --every 200)
wait_for_file() { # SECONDS PATTERN
  for _ in $(seq $(($1 * 20))); do
    compgen -G "$2" >/dev/null && return 0
    sleep 0.05
  done
  fail "after $1 s there is no $2: $(cat "$folder"/out-* 2>&1)"
}
wait_for_file 120 "$folder/signalled/ranks/[2-9]*/_manifest"
on_login 10 scancel --batch --signal=USR1 "$signalled"
state=$(wait_job "$signalled" 240) || fail "$state: $(cat "out-$signalled")"
says "out-$signalled" 'stopped after this checkpoint'
says "out-$signalled" 'the time limit was near (code 85); requeued for start 2 of at most 4'
says "out-$signalled" '^goes on after [1-9][0-9]*00 iterations$'
[ "$(result sum <"out-$signalled")" = "$expected" ] || fail "another result than $expected: $(cat "out-$signalled")"

lost=$(submit -N2 -n4 "$run" "${rank[@]}" --checkpoint "$folder/lost" --every 200)
wait_for_file 120 "$folder/lost/ranks/[2-9]*/_manifest"
batch=$(on_login 10 squeue -h -j "$lost" -o %B)
for host in n1 n2; do [ "$host" = "$batch" ] || hosts crash "$host"; done
state=$(wait_job "$lost" 240) || fail "$state: $(cat "out-$lost")"
says "out-$lost" 'requeued for start 2 of at most 4'
says "out-$lost" '^goes on after [1-9][0-9]*00 iterations$'
[ "$(result sum <"out-$lost")" = "$expected" ] || fail "another result than $expected: $(cat "out-$lost")"
