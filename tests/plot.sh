#!/bin/bash
# The tests of results/plot, results/predict and results/compare: plot.sh FILE_test.py, run by a Python that has matplotlib and scipy.
# If none has, the exit code is 77: skipped.
set -euo pipefail
tests=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export MPLCONFIGDIR=$scratch PYTHONDONTWRITEBYTECODE=1

for python in python3 /usr/bin/python3; do
  if "$python" -c 'import matplotlib, scipy' 2>"$scratch/why"; then
    "$python" "$tests/$1"
    exit
  fi
done
echo "skipped: $(tail -n 1 "$scratch/why"); python3-matplotlib and python3-scipy are needed"
exit 77
