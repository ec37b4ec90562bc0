#!/bin/bash
# programs.sh mpirun|sbatch|srun: pi, word_count and tera_sort on 8 ranks and 4 hosts give the same digits and bytes as
# one process.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"
way=$1

# start NAME PROGRAM ARGUMENT...: runs it with output in $folder/NAME.log; `finish` waits for all
declare -A jobs=()
start() {
  local name=$1
  shift
  case $way in
    mpirun) mpirun_on 4 60 "$@" >"$name.log" ;;
    srun) on_login 60 env SLURM_PMIX_FENCE=ring srun -Q -K1 --mpi=pmix -N4 --ntasks-per-node=2 "$@" >"$name.log" ;;
    sbatch)
      jobs[$name]=$(submit --output="$folder/$name.log" -N4 --ntasks-per-node=2 "$source_tree/slurm/run.sbatch" "$@")
      ;;
  esac
}
finish() {
  local name
  for name in "${!jobs[@]}"; do
    wait_job "${jobs[$name]}" 60 >"$name.state" || fail "$name: $(cat "$name.state" "$name.log")"
  done
}

# same NAME: compares the 8 files of the folders NAME.one and NAME.many, concatenated
same() {
  [ -e "$1.many/_SUCCESS" ] || fail "$1: no _SUCCESS"
  cmp <(cat "$1".one/part-*) <(cat "$1".many/part-*) || fail "$1: not the bytes of one process"
  [ "$(find "$1.many" -name 'part-*' -size +0 | wc -l)" = 8 ] || fail "$1: not 8 files with content"
}

awk 'BEGIN {
  for (x = i = 1; i <= 60000; ++i) {
    x = (x * 16807) % 2147483647
    printf "w%d%s", x % (1 + x % 5000), i % 9 ? " " : "\n"
  }
}' >text
"$programs/tera_gen" 50000 records --partitions 3 >/dev/null
sort_by=("$programs/tera_sort" "$folder/records")
count_by=("$programs/word_count" "$folder/text" --partitions 8 --top 20)
pi_by=("$programs/pi" --samples 2000000)

start pi "${pi_by[@]}"
start words "${count_by[@]}" --output "$folder/words.many"
start sorted "${sort_by[@]}" "$folder/sorted.many" --partitions 8
"${pi_by[@]}" >pi.one
"${count_by[@]}" --output words.one >words.said
"${sort_by[@]}" sorted.one --partitions 8 >/dev/null
finish

for name in pi words sorted; do says $name.log '^RESULT app=.* ranks=8 '; done
[ -n "$(result inside <pi.one)" ] || fail "pi says no 'inside'"
[ "$(result inside <pi.log)" = "$(result inside <pi.one)" ] ||
  fail "pi: $(result inside <pi.log), not $(result inside <pi.one)"
same words
same sorted
top() { grep -E '^ +[0-9]+ w[0-9]+$|words, ' "$1"; }
[ "$(top words.said)" = "$(top words.log)" ] || fail "word_count prints different words: $(top words.log)"
if [ "$way" = sbatch ]; then
  for word in '^job  *[0-9]' '^hosts  *n1 n2 n3 n4 (8 tasks)' '^mpi ' '^binding ' '^limit ' '^command  *mpirun .*pi'; do
    says pi.log "$word"
  done
fi
echo "inside=$(result inside <pi.log), the same digits and bytes"
