#!/bin/bash
# The examples of the tutorial: examples.sh MPIRUN HELLO PI WORD_COUNT K_MERS BROADCAST_JOIN CONNECTED_COMPONENTS
# DISTANCES WORD_COUNT_TEST CONJUGATE_GRADIENT. Each prints the known result, or the one that awk computes, on 1, 2 and 3 ranks; and the
# tutorial's commands print what it shows.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
hello=$2 pi=$3 word_count=$4 k_mers=$5 broadcast_join=$6 connected_components=$7 distances=$8 word_count_test=$9 conjugate_gradient=${10}

gives() { # EXPECTED RANKS PROGRAM ARGUMENT...
  local expected=$1 said
  shift
  said=$(on "$@") || fail "$* failed: $said"
  [ "$said" = "$expected" ] || fail "$* gives: $said, not: $expected"
}

text=$folder/text.txt
awk 'BEGIN { for (i = 1; i <= 2000; ++i) { line = ""; for (j = 1; j <= 11; ++j) if (i % j == 0) line = line " word" j; print line } }' >"$text"
words=$(tr -s ' ' '\n' <"$text" | awk 'NF { ++n[$1] } END { for (w in n) print n[w], w }' | sort -rn | head -n 10)
fasta=$folder/reads.fa
awk 'BEGIN { for (i = 1; i <= 500; ++i) { print ">read " i; line = ""; for (j = 1; j <= 60; ++j) line = line substr("ACGT", (i * j * j + j) % 4 + 1, 1); print substr(line, 1, 23); print substr(line, 24) } }' >"$fasta"
mers=$(awk '/^>/ { s = "" } !/^>/ { had = length(s); s = s $0; for (i = 1; i + 4 <= length(s); ++i) if (i + 4 > had) ++n[substr(s, i, 5)] }
            END { for (m in n) ++distinct; print distinct, "distinct 5-mers"; for (m in n) print m, n[m] | "sort -k2,2nr -k1,1r | head -n 5" }' "$fasta")
graph=$folder/edges.txt
awk 'BEGIN { for (i = 0; i < 300; ++i) { if (i % 10 < 9) print i, i + 1; if (i % 3 == 0 && i % 10 < 5) print i, i - i % 10 } }' >"$graph"

seq 0 60 | awk '{ print $1, $1 + 1; print $1, $1 + 3 }' >"$folder/steps"
steps=$(awk '{ if (!($1 in d)) d[$1] = 0; if (!($2 in d) || d[$2] > d[$1] + 1) d[$2] = d[$1] + 1 }
             END { for (v in d) ++n[d[v]]; for (k in n) print k ": " n[k] | "sort -n" }' "$folder/steps")

for ranks in 0 2 3; do
  gives "The sum of the squares is 55." $ranks "$hello"
  gives "pi is about 3.14158." $ranks "$pi" 1000000
  gives "$words" $ranks "$word_count" "$text"
  gives "$mers" $ranks "$k_mers" "$fasta" 5
  gives $'France 19.75\nGermany 20\nIceland 3' $ranks "$broadcast_join"
  gives "30 components" $ranks "$connected_components" "$graph"
  gives "$steps" $ranks "$distances" "$folder/steps" "$folder/kept"
  gives "the temperature in the middle is 312.5" $ranks "$conjugate_gradient" 49
  gives "$steps" 2 "$distances" "$folder/steps" "$folder/kept.$ranks"
  on $ranks "$word_count_test" >"$folder/said" || fail "the test fails on $ranks ranks: $(cat "$folder/said")"
done
fails_with 2 'usage: word_count FILE' "$word_count"
fails_with 2 'No such file' "$word_count" "$folder/none"

# A command of the tutorial is a line `$ COMMAND` of a console block; what it prints follows.
mkdir -p "$folder/build/bin"
for program in "${@:2}"; do ln -s "$program" "$folder/build/bin/"; done
tutorial=$(cd "$(dirname "$0")/../src/apps/examples" && pwd)/README.md
mpirun() { command "${mpirun[@]}" "$@"; }
export GTEST_COLOR=no  # mpirun gives ranks a terminal
inBlock='' ran=0 command='' expected=''
check() {
  local said
  [ -n "$command" ] || return 0
  said=$(cd "$folder" && eval "$command" 2>&1 </dev/null) || true
  [ "$said" = "$expected" ] || fail "the tutorial's '$command' prints: $said, not: $expected"
  ran=$((ran + 1)) command='' expected=''
}
while IFS= read -r line; do
  case $inBlock$line in
    '```console') inBlock=yes: ;;
    'yes:```') check && inBlock='' ;;
    'yes:$ '*) check && command=${line#'$ '} ;;
    yes:*) expected+=${expected:+$'\n'}$line ;;
  esac
done <"$tutorial"
[ "$ran" -ge 10 ] || fail "only $ran commands were found in $tutorial"
