#!/bin/bash
# resume.sh MPIRUN PAGE_RANK K_MEANS TRANSITIVE_CLOSURE [RUNS [SEED]]: programs with checkpoints are ended at random
# moments, by SIGKILL to one rank, to all ranks or to the launcher, or by the signal of the time limit, and started
# again on another number of ranks. In the end each must give the bytes of an undisturbed run, and a run that goes on
# may repeat at most --every iterations.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
runs=${5:-6} seed=${6:-1}
every=2 # iterations between checkpoints
RANDOM=$seed

awk 'BEGIN {
  s = 11
  for (i = 0; i < 3000; ++i) {
    s = s * 16807 % 2147483647; from = s % 400
    s = s * 16807 % 2147483647; print from, s % 400
  }
}' >"$folder/edges"
awk 'BEGIN { for (i = 0; i < 150; ++i) print i, i + 1 }' >"$folder/path"
awk 'BEGIN {
  s = 5
  for (i = 0; i < 3000; ++i) {
    s = s * 16807 % 2147483647; x = s % 1000
    s = s * 16807 % 2147483647; print x / 10, s % 1000 / 10
  }
}' >"$folder/points"

programs=(page_rank k_means transitive_closure)
command_of() { # PROGRAM OUTPUT: sets command
  case $1 in
    page_rank) command=("$page_rank" "$folder/edges" --iterations 60 --output "$2" --top 3) ;;
    k_means) command=("$k_means" "$folder/points" --clusters 12 --iterations 60) ;;
    transitive_closure) command=("$transitive_closure" "$folder/path" --output "$2") ;;
  esac
  command+=(--partitions 4)
}
page_rank=$2 k_means=$3 transitive_closure=$4

# what must not differ: the output without times and ranks, and the files
bytes_of() { # SAID OUTPUT
  grep -E '^(cluster|[0-9]+ [0-9.e-]+$)' "$1" || true
  sed -n 's/^RESULT app=\([^ ]*\) ranks=[0-9]* \(partitions=[0-9]*\) seconds=[0-9.]* /\1 \2 /p' "$1"
  [ ! -e "$2" ] || sort "$2"/part-*
}

seconds_of() { # PROGRAM: of an undisturbed run
  local begin=$EPOCHREALTIME
  command_of "$1" "$folder/out"
  on 3 "${command[@]}" >"$folder/said"
  bytes_of "$folder/said" "$folder/out" >"$folder/$1.expected"
  rm -rf "$folder/out"
  awk -v b="$begin" -v e="$EPOCHREALTIME" 'BEGIN { print e - b }'
}

# the processes of a program that this test has started, but for the launcher
export RESUME_TEST=$folder
ranks_of() {
  local pid
  find /proc -maxdepth 2 -name exe -lname "$(readlink -f "$1")" 2>/dev/null | sed 's,/proc/\(.*\)/exe,\1,' |
    while read -r pid; do ! grep -qzsxF "RESUME_TEST=$folder" "/proc/$pid/environ" || echo "$pid"; done
}

# the number of the newest complete checkpoint, 0 without one
newest_in() { # STORE
  find "$1" -name _manifest 2>/dev/null | sed 's,/_manifest$,,; s,.*/,,' | sort -n | tail -n 1 | grep . || echo 0
}

ended=0 resumed=0 signalled=0
for ((run = 0; run < runs; ++run)); do
  program=${programs[run % 3]}
  [ -n "${seconds[run % 3]:-}" ] || seconds[run % 3]=$(seconds_of "$program")
  store=$folder/store$run output=$folder/out$run
  command_of "$program" "$output"
  command+=(--checkpoint "$store" --every "$every")
  for attempt in 1 2 3 4; do
    ranks=$((RANDOM % 4 + 1)) what=$((RANDOM % 4)) status=0
    rm -rf "$output"
    before=$(newest_in "$store")
    if [ $attempt = 4 ]; then
      on $ranks "${command[@]}" >"$folder/said" 2>&1 || fail "$program, seed $seed, run $run: $(cat "$folder/said")"
      break
    fi
    { setsid "${mpirun[@]}" -n $ranks "${command[@]}" >"$folder/said" 2>&1 & } 2>/dev/null
    launcher=$!
    sleep "$(awk -v s="${seconds[run % 3]}" -v r="$RANDOM" 'BEGIN { print s * r / 32768 * 1.2 }')"
    mapfile -t alive < <(ranks_of "${command[0]}")
    case $what in
      0) [ ${#alive[@]} = 0 ] || kill -KILL "${alive[RANDOM % ${#alive[@]}]}" 2>/dev/null || true ;;
      1) [ ${#alive[@]} = 0 ] || kill -KILL "${alive[@]}" 2>/dev/null || true ;;
      2) kill -KILL $launcher 2>/dev/null || true ;;
      3) [ ${#alive[@]} = 0 ] || kill -USR1 "${alive[@]}" 2>/dev/null || true ;;
    esac
    # Open MPI 4.1's mpirun may stay, in spite of its --timeout, if a rank is killed while it starts.
    idle=0
    while kill -0 $launcher 2>/dev/null; do
      mapfile -t alive < <(ranks_of "${command[0]}")
      if [ ${#alive[@]} = 0 ]; then idle=$((idle + 1)); else idle=0; fi
      [ $idle -lt 100 ] || kill -KILL $launcher 2>/dev/null || true
      sleep 0.1
    done
    { wait $launcher || status=$?; } 2>/dev/null
    for _ in $(seq 400); do
      mapfile -t alive < <(ranks_of "${command[0]}")
      [ ${#alive[@]} -gt 0 ] || break
      sleep 0.05
    done
    [ ${#alive[@]} = 0 ] || fail "$program, seed $seed, run $run: processes are left: $(cat "$folder/said")"
    [ $status != 0 ] || break
    ended=$((ended + 1))
    [ $status != 85 ] || signalled=$((signalled + 1))
    [ ! -d "$store" ] || resumed=$((resumed + 1))
  done
  if [ "$before" != 0 ]; then
    after=$(sed -n 's/^goes on after \([0-9]*\) iterations$/\1/p' "$folder/said")
    [ "${after:-0}" -ge $(((before - attempt) * every)) ] ||  # an interrupted checkpoint has a number too
      fail "$program, seed $seed, run $run: went on after '$after' iterations, with checkpoint $before: $(cat "$folder/said")"
  fi
  bytes_of "$folder/said" "$output" | cmp -s - "$folder/$program.expected" ||
    fail "$program, seed $seed, run $run: other bytes than an undisturbed run: $(cat "$folder/said")"
  rm -rf "$store" "$output"
done
[ "$runs" -lt 6 ] || [ $ended -gt 0 ] || fail "no run was ended"

# a checkpoint of other arguments is refused, and its program goes on only with these
command_of page_rank "$folder/out"
on 2 "${command[@]}" --checkpoint "$folder/store" >/dev/null
rm -rf "$folder/out"
fails_with 2 'give another folder' on 2 "$page_rank" "$folder/path" --checkpoint "$folder/store"
fails_with 2 'written by another program' on 2 "$k_means" "$folder/points" --clusters 3 --checkpoint "$folder/store"
fails_with 2 'requires' "$page_rank" "$folder/path" --every 3

# the tolerance is not an argument that a checkpoint depends on
rm -rf "$folder/store"
on 2 "$page_rank" "$folder/edges" --checkpoint "$folder/store" --partitions 4 --tolerance 1e-9 --iterations 14 >"$folder/said"
grep -q ' iterations=14 .* change=' "$folder/said" || fail "no change is printed: $(cat "$folder/said")"
on 2 "$page_rank" "$folder/edges" --checkpoint "$folder/store" --partitions 4 --iterations 20 >"$folder/said"
grep -q '^goes on after 10 iterations$' "$folder/said" || fail "it did not resume: $(cat "$folder/said")"
grep -q ' iterations=20 ' "$folder/said" || fail "it stopped early: $(cat "$folder/said")"
! grep -q 'change=' "$folder/said" || fail "a change without a tolerance: $(cat "$folder/said")"
fails_with 2 'exists already' "$page_rank" "$folder/path" --output "$folder/store"
echo "$runs runs: ended $ended times, $signalled of them by the time limit's signal, $resumed with a checkpoint; the same bytes in the end"
