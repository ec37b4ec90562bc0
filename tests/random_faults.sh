#!/bin/bash
# random_faults.sh MPIRUN PROGRAM [RUNS [SEED]]: PROGRAM fails at random on 1, 2, 3 and 5 ranks. It must end within seconds, with
# the right results or an exit code for its failure, and leave no process behind.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
program=$2 runs=${3:-24} seed=${4:-1}
patience=${PATIENCE:-40}
hangs=0 wrong=0 left=0 ended=0 begun=0

complain() {
  echo "random_faults.sh: seed $1 on $2 ranks (0: without a launcher): $3" >&2
  tail -n 5 "$folder/out" >&2
}

living() { find /proc -maxdepth 2 -name exe -lname "$(readlink -f "$program")" 2>/dev/null | wc -l; }

all_gone() {
  for _ in $(seq 100); do
    [ "$(living)" = 0 ] && return
    sleep 0.05
  done
  return 1
}

ranks_of=(2 3 5 0)
moves=(auto random messages)
for ((run = 0; run < runs; ++run)); do
  export SELTZER_MOVE_TASKS=${moves[run % 3]}
  now=$((seed + run)) ranks=${ranks_of[run % 4]} status=0
  launcher=()
  [ "$ranks" = 0 ] || launcher=("${mpirun[@]}" -n "$ranks")
  # the braces silence the shell's own message about a signal
  { timeout --kill-after=5 "$patience" "${launcher[@]}" "$program" --seed "$now" >"$folder/out" 2>&1 </dev/null || status=$?; } 2>/dev/null
  ! grep -q '^case ' "$folder/out" || begun=$((begun + 1))
  case $(tail -n 40 "$folder/out" | grep '^case ' | tail -n 1) in
    *"throw std::exception" | *"throw int") thrown=yes ;;
    *) thrown=no ;;
  esac
  if [ $status = 124 ] || { [ $status = 137 ] && ! grep -q SIGKILL "$folder/out"; }; then
    complain "$now" "$ranks" "it hangs"
    hangs=$((hangs + 1))
  elif [ $status = 99 ]; then
    complain "$now" "$ranks" "a wrong result"
    wrong=$((wrong + 1))
  elif [ $status = 0 ]; then
    grep -q '^all cases ended' "$folder/out" || { complain "$now" "$ranks" "it ended with 0 too early"; wrong=$((wrong + 1)); }
  else
    # an exception ends the program only where C++ requires it: in a destructor or another noexcept function
    if [ $thrown = yes ] && ! grep -q 'std::terminate was called' "$folder/out"; then
      complain "$now" "$ranks" "an exception ended it with $status"
      wrong=$((wrong + 1))
    fi
    ended=$((ended + 1))
  fi
  if ! all_gone; then
    complain "$now" "$ranks" "processes are left"
    left=$((left + 1))
    pkill -KILL -f "$program" || true
  fi
done
echo "random faults: $runs runs from seed $seed, $ended ended by their fault, $hangs hangs, $wrong wrong results, $left leftovers"
[ $((2 * begun)) -gt "$runs" ] || fail "only $begun runs came to their first case: $(tail -n 5 "$folder/out")"
[ $((hangs + wrong + left)) = 0 ]
