#!/bin/bash
# The scaling suite through Slurm: one job per point, which a second submission leaves alone. A submission that was
# interrupted, or whose files were lost, finds its jobs again; the rest of a failed job is submitted again; the records
# name hosts and jobs. And the same suite on hosts without Slurm.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"
cat >suite.ini <<SUITE
[pi]
program   = $programs/pi
arguments = --samples {work}
scaling   = weak
work      = 1e6
unit      = samples
points    = 1 2@2 4@4
repeats   = 2
same      = inside pi

[sort]
program   = $programs/tera_sort
arguments = {scratch}/records-{work} {scratch}/sorted-{point}
scaling   = strong
work      = 2e4
unit      = records
points    = 2 2@2
repeats   = 2
setup     = rm -rf {scratch}/records-{work} && $programs/tera_gen {work} {scratch}/records-{work}
check     = $programs/tera_validate {scratch}/sorted-{point}
cleanup   = rm -rf {scratch}/sorted-{point}
same      = records bytes unordered checksum
SUITE

# scale CODE COMMAND ARGUMENT...: on the login host, with its output in $folder/said; fails unless it ends with CODE
scale() {
  local code=$1 ended=0
  shift
  on_login 60 "$source_tree/slurm/scale" "$@" >said 2>&1 || ended=$?
  [ $ended = "$code" ] || fail "scale $* ended with $ended, not $code: $(cat said)"
}
jobs_of_user() { on_login 10 squeue -h -o %j; }
# all_ended SECONDS: waits until the user has no jobs
all_ended() {
  for _ in $(seq $(($1 * 5))); do
    [ -n "$(jobs_of_user)" ] || return 0
    sleep 0.2
  done
  fail "jobs are still there after $1 s: $(on_login 10 squeue)"
}
hold() { for host in n1 n2 n3 n4; do on_login 10 scontrol update "NodeName=$host" State=DRAIN Reason=test; done; }
release() { for host in n1 n2 n3 n4; do on_login 10 scontrol update "NodeName=$host" State=RESUME; done; }

# 1. nothing can start, so jobs stay queued: the next submission completes one that was killed, without duplicates
hold
# shellcheck disable=SC2016  # the inner shell expands them
on_login 60 bash -c '"$0" submit suite.ini -o study --only pi >said 2>&1 & submission=$!
  until grep -q "submitted as job" said; do sleep 0.01; done
  kill -9 $submission' "$source_tree/slurm/scale" || fail "the submission did not start: $(cat said)"
scale 0 submit suite.ini -o study --only pi
grep -q 'job [0-9]* is pending' said || fail "the job of a killed submission is not found: $(cat said)"
[ "$(jobs_of_user | sort -u | wc -l) $(jobs_of_user | wc -l)" = '3 3' ] || fail "not one job per point: $(jobs_of_user)"
scale 0 submit suite.ini -o study
[ "$(grep -cE '^pi .*: job [0-9]+ is pending, 0 of 2 runs' said)" = 3 ] ||
  fail "pending jobs were not left alone: $(cat said)"
[ "$(grep -cE '^sort .*: submitted as job' said)" = 2 ] || fail "the missing points were not submitted: $(cat said)"
scale 0 status suite.ini -o study
[ "$(grep -cE ' pending +[0-9]+ +0/2 +-' said)" = 5 ] || fail "the status is not that of pending jobs: $(cat said)"
scale 1 collect suite.ini -o study
says said '^pi 4@4: MISSING 2 of 2 runs'

# 2. a job's number is lost, as if submit was killed before writing it
rm study/points/pi/2@2.job
scale 0 submit suite.ini -o study
says said '^pi 2@2: job [0-9]* is pending'
[ "$(jobs_of_user | wc -l)" = 5 ] || fail "a job was submitted twice: $(jobs_of_user)"
[ -s study/points/pi/2@2.job ] || fail "the job number that was found is not stored"

# 3. a job ended without a result
on_login 10 scancel "$(sed 's/[^0-9]//g' study/points/pi/4@4.job)"
scale 0 status suite.ini -o study
says said '^pi  *4@4  *ended .*CANCELLED'
scale 0 submit suite.ini -o study
says said '^pi 4@4: submitted as job [0-9]* after job [0-9]*, 0 of 2 runs'
[ "$(jobs_of_user | wc -l)" = 5 ] || fail "not 5 jobs: $(jobs_of_user)"

# 4. they run
release
all_ended 90
scale 0 submit suite.ini -o study
[ "$(grep -c ': complete, 2 of 2 runs' said)" = 5 ] || fail "not complete: $(cat said; tail -n 5 study/points/*/*.log)"
scale 0 collect suite.ini -o study
python3 - study <<'CHECK'
import json, sys
runs = [json.loads(line) for name in ("pi", "sort") for line in open(f"{sys.argv[1]}/{name}.jsonl")]
assert len(runs) == 15 and all(run["checked"] and run["exit_code"] == 0 for run in runs), runs
hosts = {(run["experiment"], run["ranks"], run["nodes"]): run["hosts"] for run in runs}
assert hosts["pi", 4, 4] == ["n1", "n2", "n3", "n4"], hosts
assert len(hosts["sort", 2, 2]) == 2 and len(hosts["sort", 2, 1]) == 1, hosts
for run in runs:
    baseline, nodes = run["baseline"], run["nodes"]
    assert run["context"]["job"].isdigit() and baseline["ranks"] == run["ranks"] and baseline["hosts"] == nodes
    assert run["emulated"] == ("" if nodes == 1 else f"{nodes} hosts emulated on one machine"), run["emulated"]
    assert run["oversubscribed"] == (run["ranks"] > run["cores"])
assert len({run["result"]["checksum"] for run in runs if run["experiment"] == "sort"}) == 1
assert len({run["context"]["job"] for run in runs}) == 5
CHECK

# 5. a program that fails: the job fails, the status says why, and the point is submitted again
cat >fragile <<'PROGRAM'
#!/bin/bash
[ "$OMPI_COMM_WORLD_RANK" = 0 ] || exit 0
[ -e mended ] || { echo "it failed on purpose" >&2; exit 3; }
echo "RESULT app=fragile ranks=2 seconds=0.1 answer=42"
PROGRAM
chmod +x fragile
printf '%s\n' '[fragile]' 'program = ./fragile' 'scaling = strong' 'work = 1' 'unit = things' 'points = 2@2' \
  'same = answer' 'repeats = 2' 'baseline = none' 'statistics = no' >fragile.ini
scale 0 submit fragile.ini -o fragile_study
all_ended 60
scale 0 status fragile.ini -o fragile_study
says said '^fragile  *2@2  *failed  *[0-9]*  *0/2  *-  exit code 3'
scale 1 collect fragile.ini -o fragile_study
touch mended
scale 0 submit fragile.ini -o fragile_study --launcher 'mpirun -n {ranks}'
all_ended 60
scale 0 collect fragile.ini -o fragile_study
says said 'fragile.jsonl: 2 runs of 1 points, 2 warm-ups, 1 failed'

# 6. the same suite without Slurm
scale 0 local suite.ini -o by_hand --only pi --hosts n1,n2,n3,n4
digits() { grep -o '"inside": "[0-9]*"' "$1/pi.jsonl" | sort -u; }
diff <(digits study) <(digits by_hand) || fail "different digits without Slurm"
echo "5 points through Slurm, submitted once each"
