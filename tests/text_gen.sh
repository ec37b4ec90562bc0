#!/bin/bash
# Text for word_count: text_gen.sh MPIRUN TEXT_GEN. The same bytes at any number of ranks and partitions, about as many as
# requested, with Zipf-distributed words; another seed makes another text; invalid arguments are refused.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
text_gen=$2

bytes=5000000
on 0 "$text_gen" $bytes "$folder/alone" >"$folder/said"
cat "$folder/alone"/part-* >"$folder/text"
[ "$(result bytes <"$folder/said")" = "$(stat -c %s "$folder/text")" ] || fail "wrong number of bytes in the RESULT line"
[ "$(result lines <"$folder/said")" = "$(wc -l <"$folder/text")" ] || fail "wrong number of lines in the RESULT line"
for ranks in 1 2 3; do
  on $ranks "$text_gen" $bytes "$folder/by$ranks" --partitions $((2 * ranks)) >/dev/null
  cat "$folder/by$ranks"/part-* | cmp -s - "$folder/text" || fail "different text on $ranks ranks"
done
on 0 "$text_gen" $bytes "$folder/other" --seed 7 >/dev/null
! cat "$folder/other"/part-* | cmp -s - "$folder/text" || fail "another seed makes the same text"

# Of 1e5 distinct words the first has a share of 1/12.09 (the harmonic number), the k-th 1/k of that.
awk -v wanted=$bytes '
  { if (NF < 5 || NF > 15) { print "line " NR " has " NF " words"; bad = 1; exit 1 }
    for (i = 1; i <= NF; ++i) ++count[$i]; words += NF; bytes += length($0) + 1; lengths[NF] = 1 }
  END {
    if (bad) exit 1
    if (bytes < 0.99 * wanted || bytes > 1.01 * wanted) { print bytes " bytes, not " wanted; exit 1 }
    if (length(lengths) != 11) { print length(lengths) " lengths of lines, not 5 to 15"; exit 1 }
    for (word in count) print count[word] / words }' "$folder/text" >"$folder/shares" || fail "$(cat "$folder/shares")"
sort -gr "$folder/shares" | awk '
  NR == 1 || NR == 2 || NR == 10 || NR == 100 { off = $1 * NR * 12.09; if (off < 0.9 || off > 1.1) exit 1; ++looked }
  END { if (looked != 4) exit 1 }' || fail "the frequencies are not those of Zipf's law: $(sort -gr "$folder/shares" | head -n 10)"

fails_with 2 'exists already' "$text_gen" 1000 "$folder/alone"
fails_with 2 'BYTES' "$text_gen" none "$folder/none"
fails_with 2 '--words' "$text_gen" 1000 "$folder/none" --words 1e9
