#!/bin/bash
# The transitive closure as a user runs it: transitive_closure.sh MPIRUN TRANSITIVE_CLOSURE. The pairs are those that awk
# finds, and the output is the same bytes at any number of ranks; invalid edges are refused.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
transitive_closure=$2

# by_awk EDGES: all pairs, by a breadth-first search from each vertex, sorted
by_awk() {
  tr -d '\r' <"$1" | awk '
    /^[ \t]*#/ || NF == 0 { next }
    !(($1, $2) in seen) { seen[$1, $2]; target[$1, ++links[$1]] = $2 }
    END {
      for (start in links) {
        split("", reached); queue[1] = start; last = 1
        for (at = 1; at <= last; ++at) {
          v = queue[at]
          if (!(v in links)) continue
          for (l = 1; l <= links[v]; ++l) {
            w = target[v, l]
            if (!(w in reached)) { reached[w]; queue[++last] = w; print start, w }
          }
        }
      }
    }' | sort
}

# check NAME RANKS ARGUMENT...: makes $folder/NAME.out; fails unless it has awk's pairs for NAME
check() {
  local name=$folder/$1 ranks=$2 said
  shift 2
  rm -rf "$name.out"
  said=$(on "$ranks" "$transitive_closure" "${input:-$name}" --output "$name.out" "$@") || fail "$name: failed"
  [ -e "$name.awk" ] || by_awk "$name" >"$name.awk"
  cat "$name".out/part-* | sort | cmp - "$name.awk" || fail "$name: $ranks ranks, $*: not the pairs of awk"
  [ "$(result pairs <<<"$said")" = "$(wc -l <"$name.awk")" ] || fail "$name: pairs: $said"
  rounds=$(result rounds <<<"$said")
}

# Random edges between 120 vertices, on average 1.7 each: cycles, self loops, duplicate edges, dead ends.
awk 'BEGIN {
  s = 11
  print "# a graph"
  for (i = 0; i < 200; ++i) {
    s = s * 16807 % 2147483647; from = int(120 * (s / 2147483647))
    s = s * 16807 % 2147483647; print from (i % 2 ? "\t" : " ") int(120 * (s / 2147483647))
  }
  print " 3  3 "; print "1 2"; print "1 2"; print ""; print "-5 9000000000000000000"
}' >"$folder/random"
awk 'BEGIN { for (i = 0; i < 60; ++i) print i, i + 1 }' >"$folder/chain"
printf '1 2\r\n2 3\r\n3 4\r\n4 1' >"$folder/cycle"
printf '4 4\n' >"$folder/self"
: >"$folder/empty"

for ranks in 0 1 2 3 5; do
  check random $ranks --partitions 3
  cat "$folder"/random.out/part-* >"$folder/random.$ranks"
  cmp "$folder/random.0" "$folder/random.$ranks" || fail "$ranks ranks: different order"
done
awk '$1 == $2 { ++loops } END { exit !(NR > 1000 && loops > 20) }' "$folder/random.0" || fail "the graph is too simple"
for partitions in 1 2 8; do check random 3 --partitions $partitions; done
for name in chain cycle self empty; do
  check $name 0
  check $name 3 --partitions 4
done
check chain 2
[ "$rounds" = 60 ] || fail "a chain of 60 edges took $rounds rounds"
gzip -c "$folder/random" >"$folder/random.gz"
input=$folder/random.gz check random 2 --partitions 3

# Invalid edges, files and arguments.
printf '1 2\n1 2 3\n3 4\n' >"$folder/bad"
fails_with 3 "'1 2 3'" "$transitive_closure" "$folder/bad"
fails_with 3 "'1 2 3'" on 3 "$transitive_closure" "$folder/bad"
fails_with 2 "$folder/nowhere" "$transitive_closure" "$folder/nowhere"
fails_with 2 'exists already' "$transitive_closure" "$folder/random" --output "$folder"
fails_with 2 EDGES "$transitive_closure"
fails_with 2 --partitions on 2 "$transitive_closure" "$folder/random" --partitions none
"$transitive_closure" --help | grep -q 'seltzer-help' || fail "--help"
echo "the same pairs as awk, in the same order at every number of ranks"
