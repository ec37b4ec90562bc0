#!/bin/bash
# K-means as a user runs it: k_means.sh MPIRUN K_MEANS. awk finds the same clusters from the same initial centres, and the
# output is the same at any number of ranks; invalid points are refused.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
k_means=$2

# found: extracts the clusters, then cost and number of iterations, from k_means's output on standard input
found() {
  sed -n 's/^cluster [0-9]*: \([0-9]*\) points around \(.*\)/\1 \2/p
          s/^RESULT app=k_means .* iterations=\([^ ]*\) .* cost=\([^ ]*\)$/total \2 \1/p'
}

# by_awk POINTS START ITERATIONS: the expected output of `found`, from the centres in the file START
by_awk() {
  tr ',' ' ' <"$1" | awk -v start="$2" -v iterations="$3" '
    BEGIN {
      while ((getline line < start) > 0) {
        m = split(line, f, " ")
        if (f[1] == "total") continue
        ++k; dimension = m - 1
        for (j = 1; j < m; ++j) centre[k, j] = f[j + 1]
      }
    }
    /^[ \t]*#/ || NF == 0 { next }
    { ++n; for (j = 1; j <= NF; ++j) point[n, j] = $j }
    END {
      for (done = 0; ; ++done) {
        split("", sum); split("", size); cost = 0
        for (i = 1; i <= n; ++i) {
          best = 0
          for (c = 1; c <= k; ++c) {
            distance = 0
            for (j = 1; j <= dimension; ++j) distance += (point[i, j] - centre[c, j]) ^ 2
            if (best == 0 || distance < least) { best = c; least = distance }
          }
          ++size[best]; cost += least
          for (j = 1; j <= dimension; ++j) sum[best, j] += point[i, j]
        }
        if (done == iterations || (done > 0 && moved < 1e-12)) break
        moved = 0
        for (c = 1; c <= k; ++c) {
          if (size[c] == 0) continue
          for (j = 1; j <= dimension; ++j) {
            mean = sum[c, j] / size[c]; moved += (mean - centre[c, j]) ^ 2; centre[c, j] = mean
          }
        }
      }
      for (c = 1; c <= k; ++c) {
        printf "%d", size[c]
        for (j = 1; j <= dimension; ++j) printf " %.17g", centre[c, j]
        print ""
      }
      printf "total %.17g %d\n", cost, done
    }'
}

# check NAME RANKS ITERATIONS ARGUMENT...: makes $folder/NAME.found; fails unless awk finds the same from the same start
check() {
  local name=$folder/$1 ranks=$2 iterations=$3
  shift 3
  on "$ranks" "$k_means" "${input:-$name}" --iterations 0 "$@" | found >"$name.start"
  on "$ranks" "$k_means" "${input:-$name}" --iterations "$iterations" "$@" | found >"$name.found"
  by_awk "$name" "$name.start" "$iterations" >"$name.awk"
  awk -v expected="$name.awk" '
    { getline line < expected; m = split(line, f, " ") }
    m != NF || $1 != f[1] { print $0 " is not " line; exit bad = 1 }
    {
      for (j = 2; j <= NF; ++j) {
        off = $j - f[j]; bound = 1e-9 * (1 + (f[j] < 0 ? -f[j] : f[j]))
        if (off > bound || off < -bound) { print $0 " is not " line; exit bad = 1 }
      }
    }
    END { if (!bad && ((getline line < expected) > 0 || NR < 2)) { print "clusters are missing"; bad = 1 }; exit bad }
  ' "$name.found" >&2 || fail "$name: $ranks ranks, $*: awk finds different clusters"
}

# Points around 6 places in 3 dimensions, written with blanks and with commas.
awk 'function uniform() { s = s * 16807 % 2147483647; return s / 2147483647 }
BEGIN {
  s = 5
  print "# x y z"
  for (i = 0; i < 1200; ++i) {
    c = i % 6; separator = i % 3 == 0 ? "," : i % 3 == 1 ? " , " : "\t"
    print (c % 2) * 10 + uniform() * 4 separator int(c / 2) * 7 + uniform() * 4 separator (c - 3) * 1e-1 * uniform() " "
  }
  print ""
}' >"$folder/random"
awk 'BEGIN { for (i = 0; i < 20; ++i) print "1 1"; print "2 2"; print "3 3" }' >"$folder/equal"
printf '5\r\n6\r\n-7.5e0' >"$folder/line"

for ranks in 0 1 2 3 5; do
  check random $ranks 20 --clusters 6 --partitions 3
  cp "$folder/random.found" "$folder/random.$ranks"
  cmp "$folder/random.0" "$folder/random.$ranks" || fail "$ranks ranks: different digits"
done
awk '$1 == "total" { exit !($3 >= 1 && $3 < 20) }' "$folder/random.0" || fail "does not stop when the centres stop moving"
places=0
for seed in 1 2 3 4 5 6; do
  "$k_means" "$folder/random" --clusters 6 --seed $seed | found >"$folder/places"
  awk '$1 != "total" && $1 != 200 { exit 1 }' "$folder/places" && places=$((places + 1))
done
[ $places -gt 0 ] || fail "no start finds the 6 places, each with 200 points"
for partitions in 1 2 8; do check random 3 3 --clusters 9 --partitions $partitions --seed 3; done
cp "$folder/random.start" "$folder/seed3"
check random 3 3 --clusters 9 --partitions 8 --seed 4
cmp -s "$folder/random.start" "$folder/seed3" && fail "--seed changes nothing"
check random 2 1 --clusters 1
gzip -c "$folder/random" >"$folder/random.gz"
input=$folder/random.gz check random 2 20 --clusters 6 --partitions 3
check line 0 20 --clusters 3
check line 3 20 --clusters 2 --partitions 4
for ranks in 0 3; do
  check equal $ranks 20 --clusters 5 --partitions 4  # more clusters than different points: empty ones
  awk '$1 == 0 { ++empty } END { exit !(empty == 2) }' "$folder/equal.found" || fail "not 2 empty clusters of 5"
done
"$k_means" "$folder/random" --clusters 6 --tolerance 1000 | grep -q '^RESULT .* iterations=1 ' || fail "--tolerance"

# Invalid points, files and arguments.
for line in '1 2' '1 2 3 4' '1 2 x' '1 2 3x' '1,,2' '1 2 3,' ', 1 2' '1;2;3' '1 2 nan' '1 2 inf' '1 2 1e999'; do
  printf '1 2 3\n%s\n' "$line" >"$folder/bad"
  fails_with 3 "'$line'" "$k_means" "$folder/bad" --clusters 1
done
fails_with 3 "'1 2 1e999'" on 3 "$k_means" "$folder/bad" --clusters 1
: >"$folder/empty"
fails_with 2 'there are only 0' "$k_means" "$folder/empty" --clusters 1
fails_with 2 'there are only 3' on 2 "$k_means" "$folder/line" --clusters 4
fails_with 2 "$folder/nowhere" "$k_means" "$folder/nowhere" --clusters 1
fails_with 2 POINTS "$k_means" --clusters 1
fails_with 2 --clusters "$k_means" "$folder/random"
fails_with 2 --clusters on 2 "$k_means" "$folder/random" --clusters 0
fails_with 2 --iterations "$k_means" "$folder/random" --clusters 1 --iterations -1
fails_with 2 --tolerance "$k_means" "$folder/random" --clusters 1 --tolerance -1
fails_with 2 --partitions "$k_means" "$folder/random" --clusters 1 --partitions 0
"$k_means" --help | grep -q 'seltzer-help' || fail "--help"
echo "the same clusters as awk, the same digits at every number of ranks"
