#!/bin/bash
# The comparison's own programs: peers.sh MPIRUN BENCH_PEERS. Every row finds the same on 2 ranks of Seltzer, on one without a
# launcher and by hand, and some of them what a few lines of Python find. How fast they are is not judged.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
bench=$2
peers=$(cd "$(dirname "$0")/../src/apps/bench/peers" && pwd)
scale=0.0002

# checks RANKS ARGUMENT...: "row check" lines of all rows that are named on standard input
checks() {
  local ranks=$1
  shift
  xargs >"$folder/rows"
  # shellcheck disable=SC2046
  on "$ranks" "$bench" $(cat "$folder/rows") --scale $scale --data "$folder/data" "$@" >"$folder/out" ||
    fail "$bench $* failed: $(cat "$folder/out")"
  sed -n 's/^RESULT system=[a-z]* row=\([^ ]*\) seconds=[0-9.]* check=\([^ ]*\)$/\1 \2/p' "$folder/out"
}

# same WHAT FILE OTHER: two files of such lines are equal, but for the last digits of fractions
same() {
  paste -d ' ' "$2" "$3" | awk -v what="$1" '
    function close_to(a, b) { return a == b || (a ~ /\./ && b ~ /\./ && (a - b) ^ 2 <= 1e-12 * b ^ 2) }
    {
      good = $1 == $3 && split($2, mine, "/") == (n = split($4, theirs, "/"))
      for (i = 1; good && i <= n; ++i) good = close_to(mine[i], theirs[i])
      if (!good) { print what ": " $0; bad = 1 }
    }
    END { exit bad || NR == 0 }' || fail "$1: the checks differ"
}

"$bench" >"$folder/all"
[ "$(wc -l <"$folder/all")" -ge 35 ] || fail "only these rows: $(cat "$folder/all")"
on 2 "$bench" --make --data "$folder/data" --scale $scale
checks 2 <"$folder/all" >"$folder/on2"
checks 0 <"$folder/all" >"$folder/on1"
[ "$(wc -l <"$folder/on2")" = "$(wc -l <"$folder/all")" ] || fail "rows are missing: $(cat "$folder/on2")"
same "2 ranks and 1" "$folder/on2" "$folder/on1"

grep -vxE 'gzip_lines|small_counts|eight_partitions|many_partitions|many_blocks' "$folder/all" >"$folder/loops"
checks 0 --by-hand <"$folder/loops" >"$folder/hand"
awk 'NR == FNR { wanted[$1]; next } $1 in wanted' "$folder/loops" "$folder/on2" >"$folder/on2_loops"
same "Seltzer and by hand" "$folder/on2_loops" "$folder/hand"

PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$peers python3 - $scale "$folder/data" >"$folder/oracle" <<'PYTHON'
import gzip
import sys
from collections import Counter, defaultdict
from pathlib import Path

from rows import FEW_KEYS, Setup, check_of, key_at, number_at, price_of, text_at

setup = Setup(float(sys.argv[1]), Path(sys.argv[2]), 2)


def totals(numbers):
    numbers = list(numbers)
    return check_of(len(numbers), sum(numbers), sum(x % 1009 for x in numbers))


def sums(count, keys):
    found = defaultdict(int)
    for i in range(count):
        found[key_at(i, keys)] += i
    return totals(found.values())


words = Counter(setup.text.read_text().split())
letters = sum(len(word) * times for word, times in words.items())
print("word_count", check_of(sum(words.values()), len(words), letters, max(words.values())))
print("gzip_lines", sum(gzip.open(file).read().count(b"\n") for file in (setup.data / "gzip").glob("*.gz")))
print("reduce_by_key", sums(setup.of(1e8), setup.of(1e6)))
print("reduce_by_few_keys_cached", sums(setup.of(1e8), FEW_KEYS))
print("group_by_text_key", sums(setup.of(2e7), setup.of(1e6)))
print("distinct", totals({key_at(i, setup.of(1e7)) for i in range(setup.of(5e7))}))
print("join", totals(i + price_of(key_at(i, setup.of(1e6))) for i in range(setup.of(2e7))))
print("sort_numbers", check_of(setup.of(5e7), 0, sum(map(number_at, range(setup.of(5e7)))) % 2**64))
attached = sum(int(text_at(i)[8:]) % 1009 * i for i in range(setup.of(1e7)))
print("sort_by_text_key", check_of(setup.of(1e7), 0, attached))
print("pipeline", sum(3 * i - 1 for i in range(setup.of(1e9)) if (3 * i + 1) % 7))
PYTHON
awk 'NR == FNR { wanted[$1]; next } $1 in wanted' "$folder/oracle" "$folder/on2" >"$folder/on2_oracle"
same "Seltzer and Python" "$folder/on2_oracle" "$folder/oracle"

fails_with 2 "--make requires --data" "$bench" --make
fails_with 2 "exists" "$bench" --make --data "$folder/data"
fails_with 2 "is not written by hand" "$bench" small_counts --by-hand
fails_with 2 "nonsense" "$bench" nonsense
fails_with 2 "--scale" "$bench" distinct --scale 0
