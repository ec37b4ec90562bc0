#!/bin/bash
# The scaling suite without Slurm: scale.sh MPIRUN PI BENCH_NETWORK. Records of real runs are complete, with the same
# results at all numbers of ranks; an interrupted study continues where it stopped; runs that fail or differ are
# reported; invalid suites are rejected.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
pi=$2
bench_network=$3
scale=$(readlink -f "$(dirname "$0")/../slurm/scale")
cd "$folder"

# suite NAME [KEY=VALUE...]: writes NAME.ini with an experiment NAME of the program ./fake; KEY=- removes a key
suite() {
  local name=$1 pair
  declare -A keys=([program]=./fake [arguments]="{work} {ranks}" [scaling]=strong [work]=1e3 [unit]=things
    [points]="1 2" [repeats]=2 [warmup]=1 [time]=2 [same]=answer [baseline]=none [statistics]=no)
  shift
  for pair in "$@"; do keys[${pair%%=*}]=${pair#*=}; done
  printf '[%s]\n' "$name" >"$name.ini"
  for pair in "${!keys[@]}"; do
    [ "${keys[$pair]}" = - ] || printf '%s = %s\n' "$pair" "${keys[$pair]}" >>"$name.ini"
  done
}

# says REGEX: fails unless the output of the last fails_with or quiet matches
says() { grep -qE -- "$1" said || fail "it does not say '$1': $(cat said)"; }
quiet() { "$@" >said 2>&1 || fail "$* ended with $?: $(cat said)"; }
lines() { wc -l <"$1"; }
# appears FILE: waits until it has contents
appears() {
  local tries=1200
  until [ -s "$1" ]; do
    ((tries-- > 0)) || fail "no $1 after a minute: $(cat said)"
    sleep 0.05
  done
}

# The answer depends only on the work; files named after a fault make the program misbehave. `starts` gets a line per
# start.
cat >fake <<'PROGRAM'
#!/bin/bash
[ "${OMPI_COMM_WORLD_RANK:-0}" = 0 ] || exit 0
echo "$2" >>starts
answer=$1
[ ! -e fail ] || { echo "it failed on purpose" >&2; exit 3; }
[ ! -e wait ] || { echo $$ >waiting; while [ -e wait ]; do sleep 0.05; done; }
if [ -e differ ] && [ "$2" = 2 ]; then answer=0; fi
[ ! -e alone ] || set -- "$1" 1
[ ! -e silent ] || exit 0
echo "RESULT app=fake ranks=$2 seconds=$(cat seconds 2>/dev/null || echo 0.5) answer=$answer"
PROGRAM
cat >strange <<'PROGRAM'
#!/bin/bash
echo '{}' >"${@: -1}"
echo "RESULT app=strange ranks=$2 seconds=0.5 answer=1"
PROGRAM
chmod +x fake strange

real_runs() {
  cat >real.ini <<SUITE
[strong]
program   = $pi
arguments = --samples {work}
scaling   = strong
work      = 2e6
unit      = samples
points    = 1 2 3
repeats   = 2
time      = 2
same      = inside pi
[weak]
program   = $pi
arguments = --samples {work}
scaling   = weak
work      = 1e6
unit      = samples
points    = 1 2
repeats   = 2
time      = 2
warmup    = 0
baseline  = none
same      = inside
SUITE
  [ "$(dirname "$pi")" = "$(dirname "$bench_network")" ] || fail "bench_network is not beside pi"
  quiet "$scale" local real.ini -o real
  python3 - real <<'CHECK'
import json, sys
folder = sys.argv[1]
strong, weak = ([json.loads(line) for line in open(f"{folder}/{name}.jsonl")] for name in ("strong", "weak"))
assert [(r["ranks"], r["repeat"], r["warmup"]) for r in strong] == \
    [(ranks, *run) for ranks in (1, 2, 3) for run in ((0, True), (0, False), (1, False))], strong
assert [(r["ranks"], r["work"], r["arguments"]) for r in weak] == \
    [(ranks, ranks * 1000000, ["--samples", str(ranks * 1000000)]) for ranks in (1, 1, 2, 2)], weak
assert len({r["result"]["inside"] for r in strong}) == 1
for r in strong + weak:
    assert r["exit_code"] == 0 and r["checked"] and r["nodes"] == 1 and len(r["hosts"]) == 1 and r["emulated"] == "", r
    assert r["oversubscribed"] == (r["ranks"] > r["cores"])
    assert r["oversubscribed"] == ("--oversubscribe" in r["context"]["command"])
    assert 0 < r["seconds"] < r["wall_seconds"] and 0 < r["job_seconds"] < r["wall_seconds"]
    assert 0 < r["phases"]["map: execute"]["mean"] <= r["phases"]["map: execute"]["max"]
    assert r["stages"] and r["stages"][0]["tasks"] == r["ranks"], r["stages"]
    assert "pi.cpp:" in r["stages"][0]["call_site"], r["stages"]
    assert r["memory_resident_max"] > 1000000
    assert all(r["context"][key] for key in ("date", "compiler", "flags", "mpi_library", "cpu", "load", "command"))
for r in strong:
    base = r["baseline"]
    assert base["ranks"] == r["ranks"] and base["barrier_us"] > 0
    assert all(time["us"] > 0 for kind in ("allreduce", "alltoall", "exchange", "pingpong") for time in base[kind])
    assert len(base["allreduce"]) >= 5 and bool(base["pingpong"]) == (r["ranks"] > 1)
    assert len(base["exchange"]) == (5 if r["ranks"] > 1 else 0)
    assert all(0 <= (32768 << 2 * i) - time["bytes_per_rank"] < r["ranks"] for i, time in enumerate(base["exchange"]))
    if base["fit"]:  # no latency or bandwidth nearby is better
        def errors(latency, bandwidth):
            return sum(((latency + t["bytes"] / bandwidth / 1e3) / t["us"] - 1) ** 2 for t in base["pingpong"])
        latency, bandwidth = base["fit"]["latency_us"], base["fit"]["bandwidth_gb_s"]
        least = errors(latency, bandwidth)
        assert abs((least / len(base["pingpong"])) ** 0.5 - base["fit"]["relative_error"]) < 1e-6
        for factor in (0.99, 1.01):
            assert errors(latency * factor, bandwidth) > least < errors(latency, bandwidth * factor)
assert all(r["baseline"] is None for r in weak)
CHECK
  quiet "$bench_network"
  says '^exchange and pingpong: need two ranks'
  quiet "$scale" local real.ini -o real
  says '^strong 3@1: complete, 2 runs'
  [ "$(lines real/strong.jsonl)" = 9 ] || fail "a complete study was run again"
  quiet "$scale" status real.ini -o real
  says '^weak +2@1 +complete +- +2/2 +0\.'
}

continued() {
  suite go repeats=3 warmup=0
  touch wait
  "$scale" local go.ini -o go >said 2>&1 &
  local study=$! code=0
  appears waiting
  fails_with 1 'go 1@1: another process is running it' "$scale" local go.ini -o go --points 1
  kill -TERM $study
  wait $study || code=$?
  [ $code = 130 ] || fail "interrupted, it ended with $code"
  ! grep -qs fake "/proc/$(cat waiting)/cmdline" || fail "the program of an interrupted study goes on"
  rm wait starts
  quiet "$scale" local go.ini -o go --points 1
  [ "$(lines starts)" = 3 ] || fail "not 3 runs after an interruption: $(lines starts)"
  printf '{"experiment": "go", "ra' >>go/points/go/1@1.jsonl  # a record that was cut
  suite go repeats=5 warmup=1
  quiet "$scale" local go.ini -o go --points 1
  [ "$(lines starts)" = 6 ] || fail "not a warm-up and 2 runs: $(lines starts)"
  fails_with 1 'go 2@1: MISSING 5 of 5 runs' "$scale" collect go.ini -o go
  quiet "$scale" local go.ini -o go
  [ "$(lines go/go.jsonl)" = 12 ] || fail "not 12 records: $(cat go/go.jsonl)"
  ! ls go/points/go/*.new 2>/dev/null || fail "an unfinished file is left"
  suite go repeats=5 work=1e4
  fails_with 2 "[go] work: is '10000', but $folder/go has runs with '1000'" "$scale" local go.ini -o go
  rm starts
}

# interrupted SIGNAL KEY=VALUE...: the study ends with 130, and so does its `sleep 987`, which a shell has started
interrupted() {
  local signal=$1 code=0 study
  shift
  suite asleep warmup=0 points=1 "$@"
  rm -rf asleep sleeper
  # the tests themselves may run under nohup
  env --default-signal=HUP "$scale" local asleep.ini "${launcher[@]}" -o asleep >said 2>&1 &
  study=$!
  appears sleeper
  kill -"$signal" $study
  wait $study || code=$?
  [ $code = 130 ] || fail "after SIG$signal it ended with $code: $(cat said)"
  ! grep -qs sleep "/proc/$(cat sleeper)/cmdline" || fail "after SIG$signal a process of the study goes on"
}
# An interrupt that comes while a command starts ends it, too.
interrupted_at_start() {
  python3 - "$(dirname "$scale")" <<'CHECK'
import os, signal, subprocess, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from runner.command import run_command

class InterruptedPopen(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        started.append(self)
        os.kill(os.getpid(), signal.SIGTERM)

def interrupt(*_):
    raise KeyboardInterrupt

started = []
subprocess.Popen = InterruptedPopen
signal.signal(signal.SIGTERM, interrupt)
try:
    sys.exit(f"no interrupt, but exit code {run_command(['sleep', '30'], os.environ, 'out', 'err', 60)}")
except KeyboardInterrupt:
    pass
[process] = started
assert process.returncode == -signal.SIGTERM, process.returncode
CHECK
}
nothing_goes_on() {
  local -a launcher=()
  interrupted TERM setup="sleep 987 & echo \$! >sleeper; wait; true"
  interrupted HUP setup="sleep 987 & echo \$! >sleeper; wait; true"
  interrupted HUP cleanup="sleep 987 & echo \$! >sleeper; wait; true"
  # mpirun's ranks are in process groups of their own: it has to end them before it exits
  interrupted TERM setup="true && ${mpirun[*]} -n 1 sh -c 'echo \$\$ >sleeper; exec sleep 987'; true"
  launcher=(--launcher "sh -c 'sleep 987 & echo \$! >sleeper; wait' {ranks}")
  interrupted TERM
}

hang_up_ignored() {
  suite ignored points=1 warmup=0 repeats=1
  rm -f waiting
  touch wait
  env --ignore-signal=HUP "$scale" local ignored.ini -o ignored >said 2>&1 &
  local study=$!
  appears waiting
  kill -HUP $study
  rm wait
  wait $study || fail "under nohup SIGHUP ended it with $?: $(cat said)"
}

noticed() {
  suite wrong
  touch differ
  fails_with 1 'wrong 2@1: FAILED: differs: answer=0, but answer=1000 at 1@1' "$scale" local wrong.ini -o wrong
  rm differ
  fails_with 1 'wrong 2@1: DIFFERENT result of warm-up 1: answer=0, but answer=1000 at 1@1' \
    "$scale" local wrong.ini -o wrong
  rm wrong/points/wrong/2@1.jsonl
  quiet "$scale" local wrong.ini -o wrong

  suite broken points=2
  touch fail
  fails_with 1 'broken 2@1: FAILED: exit code 3' "$scale" local broken.ini -o broken
  says '    it failed on purpose'
  quiet "$scale" status broken.ini -o broken
  says '^broken +2@1 +failed +- +0/2 +-  exit code 3'
  grep -q '"exit_code": 3, "result": {}, "checked": false' broken/broken.jsonl || fail "the failed run is not recorded"
  rm fail
  touch alone
  fails_with 1 'broken 2@1: FAILED: the program ran on 1 ranks, not 2' "$scale" local broken.ini -o broken
  rm alone
  touch silent
  fails_with 1 'broken 2@1: FAILED: no RESULT line' "$scale" local broken.ini -o broken
  rm silent
  for seconds in 0 nan -1; do
    echo $seconds >seconds
    fails_with 1 "broken 2@1: FAILED: seconds=$seconds in the RESULT line is not a valid time" \
      "$scale" local broken.ini -o broken
  done
  rm seconds
  quiet "$scale" local broken.ini -o broken
  says 'broken.jsonl: 2 runs of 1 points, 7 warm-ups, 6 failed'
  suite broken points=2 same='answer more'
  fails_with 1 'broken 2@1: MISSING 2 of 2 runs; no field more in the RESULT line' "$scale" collect broken.ini -o broken
  suite broken points=2
  quiet "$scale" collect broken.ini -o broken
  suite asked points=1 warmup=0 repeats=1 same='answer more'
  fails_with 1 'asked 1@1: FAILED: no field more in the RESULT line' "$scale" local asked.ini -o asked
  suite asked points=1 warmup=0 repeats=1
  quiet "$scale" collect asked.ini -o asked

  suite strange points=1 warmup=0 repeats=1 statistics=yes program=./strange
  fails_with 1 'these are not the statistics of --seltzer-stats' "$scale" local strange.ini -o strange_study
}

around_the_runs() {
  suite around arguments="{work} {ranks} {scratch}/{point}" \
    setup="for f in a b; do echo \"\${f}\" >>{scratch}/names; done; echo {work} >>{scratch}/made" scaling=weak \
    check="echo RESULT app=check found=\$(wc -l <{scratch}/made)" cleanup='echo {point} >>{scratch}/cleaned' \
    same='answer found' points='1 2'
  quiet "$scale" local around.ini -o around --points 1
  [ "$(cat around/scratch/around/made)" = 1000 ] || fail "setup: $(cat around/scratch/around/made)"
  [ "$(paste -sd ' ' around/scratch/around/names)" = 'a b' ] || fail "\${f} is the shell's: $(cat around/scratch/around/names)"
  [ "$(lines around/scratch/around/cleaned)" = 4 ] || fail "not one cleanup before the first run and one after each run"
  quiet "$scale" local around.ini -o around --points 2
  [ "$(lines around/scratch/around/made)" = 2 ] || fail "not a setup for each work: $(cat around/scratch/around/made)"
  suite unmade setup='echo no room; exit 7'
  fails_with 1 'unmade 1@1: FAILED: setup failed, exit code 7: echo no room' "$scale" local unmade.ini -o unmade
  says '    no room'
}

# refused WORDS KEY=VALUE...
refused() {
  local words=$1
  shift
  suite bad "$@"
  fails_with 2 "$words" "$scale" local bad.ini -o bad
}

bad_suites() {
  fails_with 2 'nowhere.ini: No such file' "$scale" local nowhere.ini
  echo 'program = x' >headless.ini
  fails_with 2 'headless.ini: File contains no section headers' "$scale" status headless.ini
  refused 'bad.ini: [bad] program: is missing' program=-
  refused 'bad.ini: [bad] same: is missing' same=
  refused 'bad.ini: [bad] colour: unknown key' colour=blue
  refused "bad.ini: [bad] scaling: 'loose' is neither strong nor weak" scaling=loose
  refused "bad.ini: [bad] work: '1.5' is not an integer" work=1.5
  refused "bad.ini: [bad] work: could not convert" work=much
  refused "bad.ini: [bad] points: 'x' is not a point" 'points=1 x'
  refused 'bad.ini: [bad] points: 4@3: 4 ranks do not spread evenly over 3 nodes' points=4@3
  refused 'bad.ini: [bad] points: a point is listed twice' 'points=2 2@1'
  refused 'bad.ini: [bad] arguments: unknown name {wrok}' 'arguments={wrok}'
  refused 'bad.ini: [bad] arguments: No closing quotation' "arguments='"
  refused '[bad] program: no program ./none found from' program=./none
  refused '[bad] baseline: no program ./none found from' baseline=./none
  refused '4@2 needs 2 hosts: --hosts names them' points=4@2
  [ ! -e bad ] || fail "a refused suite left a folder"
  suite good
  fails_with 2 '--only other: the suite has good' "$scale" local good.ini -o good --only other
  fails_with 2 '--points: 7@1 is not a point of the chosen experiments' "$scale" local good.ini -o good --points 7
  fails_with 1 '1 of 2 ranks started, exit code 0, by: env N=2' \
    "$scale" local good.ini -o good --launcher 'env N={ranks}' --points 2
  fails_with 2 "--launcher: No closing quotation" "$scale" local good.ini -o good --launcher "mpirun -n {ranks} '"
  fails_with 2 '--launcher: unknown name {host}' "$scale" local good.ini -o good --launcher 'mpirun -n {ranks} {host}'
  fails_with 1 "FAILED: $folder cannot be run: Permission denied" \
    "$scale" local good.ini -o good --launcher "$folder -n {ranks}"
  fails_with 2 'scale: [Errno 2] No such file or directory' "$scale" local good.ini -o /proc/none
  fails_with 2 'sbatch is not available here' \
    env PATH= "$(python3 -c 'import sys; print(sys.executable)')" "$scale" submit good.ini -o good
}

for part in real_runs continued interrupted_at_start nothing_goes_on hang_up_ignored \
  noticed around_the_runs bad_suites; do
  echo "$part, after $SECONDS s"  # a test that is cut tells where
  $part
done
