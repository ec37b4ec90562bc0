#!/bin/bash
# Page rank as a user runs it: page_rank.sh MPIRUN PAGE_RANK. The ranks are those that awk computes, and the output is the
# same bytes at any number of ranks; invalid edges are refused.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
page_rank=$2

# by_awk EDGES DAMPING ITERATIONS: 'vertex rank' lines, by the textbook formula
by_awk() {
  tr -d '\r' <"$1" | awk -v d="$2" -v iterations="$3" '
    /^[ \t]*#/ || NF == 0 { next }
    { rank[$1]; rank[$2] }
    !(($1, $2) in seen) { seen[$1, $2]; target[$1, ++links[$1]] = $2 }
    END {
      for (v in rank) ++n
      for (v in rank) rank[v] = 1 / n
      for (i = 0; i < iterations; ++i) {
        lost = 0
        for (v in rank) next_[v] = 0
        for (v in rank) {
          if (!(v in links)) { lost += rank[v]; continue }
          for (l = 1; l <= links[v]; ++l) next_[target[v, l]] += rank[v] / links[v]
        }
        for (v in rank) rank[v] = (1 - d) / n + d * (next_[v] + lost / n)
      }
      for (v in rank) printf "%s %.17g\n", v, rank[v]
    }'
}

# check NAME RANKS DAMPING ITERATIONS ARGUMENT...: makes $folder/NAME.out; fails unless it has awk's ranks for NAME
check() {
  local name=$folder/$1 ranks=$2 damping=$3 iterations=$4 said
  shift 4
  rm -rf "$name.out"
  said=$(on "$ranks" "$page_rank" "${input:-$name}" --damping "$damping" --output "$name.out" "$@") || fail "$name: failed"
  by_awk "$name" "$damping" "$iterations" >"$name.awk"
  cat "$name".out/part-* | awk -v expected="$name.awk" '
    BEGIN { while ((getline line < expected) > 0) { split(line, f, " "); rank[f[1]] = f[2]; ++left } }
    !($1 in rank) { print "an unknown vertex, or one twice: " $0; exit bad = 1 }
    { off = $2 - rank[$1]; if (off > 1e-9 || off < -1e-9) { print $0 " is not " rank[$1]; exit bad = 1 } }
    { delete rank[$1]; --left; sum += $2 }
    END {
      if (bad) exit 1
      if (left != 0) { print left " vertices are missing"; exit 1 }
      if (NR > 0 && (sum < 1 - 1e-9 || sum > 1 + 1e-9)) { print "the sum is " sum; exit 1 }
    }' >&2 || fail "$name: $ranks ranks, $*: not the page ranks of awk"
  [ "$(result vertices <<<"$said")" = "$(wc -l <"$name.awk")" ] || fail "$name: vertices: $said"
}

# Random edges: a few vertices have many; self loops, duplicate edges, vertices without outgoing edges (multiples of 20).
awk 'BEGIN {
  s = 7
  print "# FromNodeId\tToNodeId"
  for (i = 0; i < 1500; ++i) {
    s = s * 16807 % 2147483647; from = int(200 * (s / 2147483647) ^ 2)
    s = s * 16807 % 2147483647; to = int(250 * (s / 2147483647) ^ 3)
    if (from % 20 != 0) print from (i % 2 ? "\t" : " ") to
  }
  print "  7   7 "; print "1 2"; print "1 2"; print ""; print "-5 9000000000000000000"
}' >"$folder/random"
printf '1 2\r\n2 3\r\n3 1' >"$folder/cycle"
printf '4 4\n' >"$folder/self"
: >"$folder/empty"

for ranks in 0 1 2 3 5; do
  check random $ranks 0.85 10 --partitions 3
  cat "$folder"/random.out/part-* >"$folder/random.$ranks"
  cmp "$folder/random.0" "$folder/random.$ranks" || fail "$ranks ranks: different digits"
  on $ranks "$page_rank" "$folder/random" --partitions 3 --top 4 | grep '^-\?[0-9]* [0-9.e-]*$' >"$folder/top.$ranks"
  sort -k2,2gr -k1,1n "$folder/random.0" | sed -n 1,4p | cmp - "$folder/top.$ranks" || fail "$ranks ranks: not the top"
done
for partitions in 1 2 8; do check random 3 0.85 7 --partitions $partitions --iterations 7; done
for damping in 0 0.5 1; do check random 2 $damping 10 --partitions 2; done
check random 2 0.85 0 --iterations 0
for name in cycle self empty; do
  check $name 0 0.85 10
  check $name 3 0.85 10 --partitions 4
done
gzip -c "$folder/random" >"$folder/random.gz"
input=$folder/random.gz check random 2 0.85 10 --partitions 3

# Vertices that are indices.
grep -v -- -5 "$folder/random" >"$folder/indices"
for ranks in 1 3; do check indices $ranks 0.85 10 --partitions 3 --indices 250; done
fails_with 3 'is not one of its indices: 0 to 99' on 2 "$page_rank" "$folder/indices" --indices 100
fails_with 2 --indices "$page_rank" "$folder/indices" --indices 0

# With a tolerance it stops at the first iteration that changes the ranks less; the result is the limit.
check random 2 0.85 200 --partitions 3 --tolerance 1e-12
said=$(on 3 "$page_rank" "$folder/random" --tolerance 1e-6 --partitions 3)
iterations=$(result iterations <<<"$said")
awk -v change="$(result change <<<"$said")" -v n="$iterations" \
  'BEGIN { exit !(n > 3 && n < 100 && change > 0 && change <= 1e-6) }' || fail "--tolerance: $said"
said=$("$page_rank" "$folder/random" --tolerance 1e-6 --partitions 3 --iterations $((iterations - 1)))
awk -v change="$(result change <<<"$said")" 'BEGIN { exit !(change > 1e-6) }' || fail "one iteration too many: $said"
grep -q '^not converged' <<<"$said" || fail "no message that it has not converged: $said"
[ "$(result sum <<<"$("$page_rank" "$folder/empty")")" = 0 ] || fail "the empty graph has a sum"

# Invalid edges, files and arguments.
for line in '1' '1 2 3' '1,2' 'a b' '1 2x' '1.5 2' '1 99999999999999999999' 'x # 1 2'; do
  printf '1 2\n%s\n3 4\n' "$line" >"$folder/bad"
  fails_with 3 "'$line'" "$page_rank" "$folder/bad"
done
fails_with 3 "'x # 1 2'" on 3 "$page_rank" "$folder/bad"
fails_with 2 "$folder/nowhere" "$page_rank" "$folder/nowhere"
fails_with 2 'exists already' "$page_rank" "$folder/random" --output "$folder"
fails_with 2 EDGES "$page_rank"
fails_with 2 --iterations "$page_rank" "$folder/random" --iterations -1
fails_with 2 --tolerance "$page_rank" "$folder/random" --tolerance small
fails_with 2 --damping on 2 "$page_rank" "$folder/random" --damping 1.1
fails_with 2 --partitions "$page_rank" "$folder/random" --partitions 0
fails_with 2 --top "$page_rank" "$folder/random" --top -2
"$page_rank" --help | grep -q 'seltzer-help' || fail "--help"
echo "the same page ranks as awk, the same digits at every number of ranks"
