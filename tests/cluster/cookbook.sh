#!/bin/bash
# cookbook.sh FILE: runs the commands of FILE's section "On a Slurm cluster" unchanged: all ```bash blocks in order, in
# one shell on the login host. After each block it waits for all jobs, which must succeed.
#
# Three things differ from a cluster. $REPOSITORY is this source tree, uncommitted changes included. `module` accepts
# any `load`. `make` would compile for minutes: it is a dry run (-n), and the programs are those of this build.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"
readme=$(cd "$source_tree" && readlink -f "$1")

section() { sed -n '/^## On a Slurm cluster$/,/^## [^O]/p' "$readme"; }
section | grep '^```bash$' >blocks || fail "$1 has no section 'On a Slurm cluster' with blocks of bash"

# The source tree as a repository of one commit, so that it includes uncommitted changes.
git init -q origin
(cd "$source_tree" && find . -maxdepth 1 -type f ! -name .git && find slurm results -type f) |
  tar c -C "$source_tree" --no-recursion -T - | tar x -C origin
git -C origin add -A
git -C origin -c user.name=test -c user.email=test@localhost commit -qm 'the tree'

cat >preamble <<PREAMBLE
set -euo pipefail
module() { [ "\$1" = load ] && [ -n "\$2" ]; }
make() {
  command make -n "\$@" >/dev/null
  mkdir -p build
  ln -s "$programs" build/bin
}
jobs_end() {
  local number
  for number in \$(scontrol show jobs -o | sed -n 's/^JobId=\([0-9]*\) .*/\1/p'); do
    grep -qx "\$number" "$folder/ended" && continue
    echo "job \$number: \$("$here/waitjob.sh" "\$number" 60)" || exit 1
    echo "\$number" >>"$folder/ended"
  done
}
PREAMBLE
cluster run scontrol show jobs -o | sed -n 's/^JobId=\([0-9]*\) .*/\1/p' >ended
{
  cat preamble
  section | awk '/^```bash$/ { inside = 1; next } /^```$/ { if (inside) print "jobs_end"; inside = 0 } inside'
} >script
mkdir scratch
code=0
on_login 170 env PATH="/usr/bin:$PATH" SCRATCH="$folder/scratch" REPOSITORY="$folder/origin" \
  bash script >said 2>&1 || code=$?
[ $code = 0 ] || fail "code $code: $(cat said) $(tail -n 40 ./*/seltzer-*.out)"

# Each job has a result, and the README's commands that show results print them.
for output in */seltzer-*.out; do says "$output" '^RESULT '; done
[ "$(find . -name 'seltzer-*_*.out' | wc -l)" -ge 3 ] || fail "not 3 tasks of an array: $(ls ./*)"
[ "$(grep -c '^RESULT ' said)" -ge 6 ] || fail "the commands print too few results: $(cat said)"
echo "$(grep -c . script) lines, $(grep -c '^job ' said) jobs"
