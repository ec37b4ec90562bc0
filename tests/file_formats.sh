#!/bin/bash
# Tables of other systems: file_formats.sh MPIRUN FILE_FORMATS_PROGRAM. DuckDB and Polars, which come from PyPI, read what Seltzer saves as
# CSV and JSON lines on 1, 2 and 3 ranks, and Seltzer reads what they save. Where they cannot be had, the exit code is 77: skipped.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
program=$2
script=$(cd "$(dirname "$0")" && pwd)/file_formats.py
skip() {
  echo "skipped: $*"
  exit 77
}

python3 -m venv "$folder/venv" >"$folder/log" 2>&1 || skip "python3 -m venv: $(tail -n 1 "$folder/log")"
"$folder/venv/bin/pip" --disable-pip-version-check --timeout 15 --retries 1 install duckdb polars >"$folder/log" 2>&1 ||
  skip "pip install duckdb polars: $(tail -n 1 "$folder/log")"
python=$folder/venv/bin/python

mkdir "$folder/others"
"$python" "$script" save "$folder/others" >"$folder/log" 2>&1 || fail "DuckDB and Polars cannot save: $(cat "$folder/log")"
for ranks in 0 2 3; do
  mkdir "$folder/$ranks"
  on $ranks "$program" save "$folder/$ranks" >"$folder/log" 2>&1 || fail "save on $ranks ranks: $(cat "$folder/log")"
  "$python" "$script" check "$folder/$ranks" >"$folder/log" 2>&1 || fail "what $ranks ranks saved is read otherwise: $(cat "$folder/log")"
  for file in duckdb.csv polars.csv duckdb.jsonl polars.jsonl; do
    format=csv
    [ "${file##*.}" = csv ] || format=json
    on $ranks "$program" read $format "$folder/others/$file" >"$folder/log" 2>&1 || fail "$file on $ranks ranks: $(cat "$folder/log")"
    grep -q 'is equal' "$folder/log" || fail "$file was not compared on $ranks ranks"
  done
done
