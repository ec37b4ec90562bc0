# Sourced by all tests on the cluster. Skips the test where there can be no cluster, and otherwise resets the cluster:
# nothing runs, all nodes are idle. $programs is the folder of the programs; $folder is a new one that all hosts see,
# removed with the test, or else with the cluster.
# shellcheck shell=bash disable=SC2034  # used by the tests
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
source_tree=$(readlink -f "$here/../..")
test_name=$(basename "$0")

fail() {
  echo "$test_name: $*" >&2
  exit 1
}

lacks=$("$here/cluster.sh" missing)
if [ -n "$lacks" ]; then
  printf 'skipped, a cluster needs:\n%s\n' "$lacks"
  exit 77
fi
programs=${CLUSTER_PROGRAMS:?the folder of the programs}
: "${CLUSTER_NAME:?the name of the cluster}"

cluster() { "$here/cluster.sh" "$@"; }
hosts() { "$here/hosts.sh" "$@"; }
# on_login SECONDS COMMAND...: runs it on the login host; killed after that time, with code 124
on_login() { cluster run timeout -k 5 "$@"; }

# mpirun_on N SECONDS PROGRAM...: runs it on the first N nodes, two ranks each, without Slurm. A lost host is noticed in
# seconds.
mpirun_on() {
  local nodes=$1 seconds=$2 list
  shift 2
  list=$(seq -s, -f 'n%g:2' "$nodes")
  on_login "$seconds" mpirun --mca oob_tcp_keepalive_time 3 --mca oob_tcp_keepalive_intvl 1 \
    --mca oob_tcp_keepalive_probes 3 --host "$list" -n $((2 * nodes)) "$@"
}

# submit SBATCH_ARGUMENT...: prints the job's number. The job writes to $folder/out-JOB.
submit() { on_login 20 sbatch --parsable --output="$folder/out-%j" "$@"; }
# wait_job JOB SECONDS: prints "STATE CODE:SIGNAL" and returns the job's code; waits half as long again on a busy machine
wait_job() { on_login $(($2 * 3 / 2 + 10)) "$here/waitjob.sh" "$1" $(($2 * 3 / 2)); }

# wait_for SECONDS FILE WORDS: waits until the file contains them
wait_for() {
  for _ in $(seq $(($1 * 20))); do
    grep -qs -- "$3" "$2" && return 0
    sleep 0.05
  done
  fail "after $1 s $2 does not contain '$3': $(cat "$2" 2>&1)"
}

# says FILE WORDS: fails unless the file contains them
says() { grep -q -- "$2" "$1" || fail "$1 does not contain '$2': $(cat "$1")"; }

# result FIELD: prints that field of the RESULT line on standard input
result() { sed -n "s/^RESULT app=.* $1=\([^ ]*\).*/\1/p"; }

# pid_of_rank N FILE: from the output of stages_program
pid_of_rank() { sed -n "s/^rank $1 host [^ ]* pid //p" "$2"; }

# background COMMAND...: starts it, with its output in $folder/said; `ends_with` waits for it
background() {
  "$@" >"$folder/said" 2>&1 &
  background_job=$!
}
# ends_with CODES SECONDS: fails unless the command of `background` ends within that time from now, with one of these
# codes
ends_with() {
  local code=0 start=$SECONDS
  while kill -0 "$background_job" 2>/dev/null; do
    if [ $((SECONDS - start)) -gt "$2" ]; then
      fail "it has not ended after $2 s: $(cat "$folder/said")"
    fi
    sleep 0.1
  done
  wait "$background_job" || code=$?
  [[ " $1 " = *" $code "* ]] || fail "it ended with $code, not $1: $(cat "$folder/said")"
}

cluster reset || fail "the cluster is not up"
folder=$(mktemp -d "${CLUSTER_FOLDER:-/tmp/cluster-$CLUSTER_NAME}/test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
