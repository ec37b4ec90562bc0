#!/bin/bash
# interrupt.sh CTEST: Ctrl-C (SIGINT to the process group) on a ctest whose own cluster is starting, or whose ranks run
# on it. Nothing of that cluster is left; the first cluster is not affected.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"
ctest=$(command -v "$1") || fail "there is no $1"
session=

second() { env CLUSTER_NAME="$CLUSTER_NAME.i" CLUSTER_FOLDER="$folder/i" "$@"; }
trap '[ -z "$session" ] || kill -9 "$session"; second "$here/cluster.sh" down; rm -rf "$folder"' EXIT

cat >run_ranks <<RUN
source "$here/cluster_test.sh"
mpirun_on 2 60 "$programs/stages_program" --seconds 60 >"$folder/said"
RUN
cat >CTestTestfile.cmake <<TESTS
add_test(up "$here/fixture.sh" up)
add_test(ranks bash "$folder/run_ranks")
TESTS

# interrupt CONDITION...: starts a session and interrupts it once the condition holds
interrupt() {
  set -m  # a process group of its own, which does not ignore SIGINT
  second "$ctest" >session.log 2>&1 &
  session=$!
  set +m
  for _ in $(seq 400); do
    "$@" && break
    kill -0 "$session" 2>/dev/null || fail "the session ended: $(cat session.log)"
    sleep 0.05
  done
  "$@" || fail "the session has not reached '$*': $(cat session.log)"
  kill -INT -- "-$session"
  wait "$session" || true
  session=
  for _ in $(seq 100); do
    left=$(second "$here/fixture.sh" left)
    [ -n "$left" ] || return 0
    sleep 0.1
  done
  fail "left 10 s after a SIGINT at '$*': $left"
}

interrupt test -e i/host/n1.ip
interrupt test -e i/slurm/slurm.conf
interrupt grep -qs '^rank 3 ' said
[ "$(cluster run sinfo -h -N -t idle -o %N | wc -l)" = 4 ] || fail "the first cluster has changed"
