#!/bin/bash
# The word count: word_count.sh MPIRUN WORD_COUNT. Words, counts and their order are those of tr, sort and uniq, on any number
# of ranks and partitions, for plain and compressed files; invalid input is refused.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
word_count=$2

# counts FILE...: "word\tcount" lines, sorted by word
counts() {
  cat "$@" | tr -s ' \t\n\v\f\r' '\n' | sed '/^$/d' | sort | uniq -c | sed 's/^ *\([0-9]*\) \(.*\)$/\2\t\1/'
}

# report N: the program's expected report with the top N words, from such lines on standard input
report() {
  sort -t "$(printf '\t')" -k2,2nr -k1,1 >"$folder/by_count"
  head -n "$1" "$folder/by_count" | awk -F '\t' '{ printf "%12d %s\n", $2, $1 }'
  awk -F '\t' '{ words += $2 } END { printf "%d words, %d distinct\n", words, NR }' "$folder/by_count"
}

mkdir "$folder/input"
# Lines with few and many words, all kinds of white space, and none; the last one has no line feed.
{
  printf '\n\n  \t \n'
  printf 'dos line\r\nold mac\rvertical\vpage\fend\n'
  printf 'na\303\257ve caf\303\251 \342\202\254 no\302\240break \360\237\246\200 \377\376\n'
  printf 'Word word, word. WORD "word" word\n'
  awk 'BEGIN { for (i = 0; i < 100000; ++i) printf "l"; printf " "; for (i = 0; i < 70000; ++i) printf "l"; printf "\n" }'
  awk 'BEGIN {
    x = 1
    for (line = 0; line < 4000; ++line) {
      x = (x * 16807) % 2147483647
      for (n = x % 23; n > 0; --n) {
        x = (x * 16807) % 2147483647
        printf "w%d%s", x % 3 ? int(3000 / (1 + x % 3000)) : x % 2003, x % 5 ? " " : "\t  "
      }
      printf "\n"
    }
  }'
  printf '  the last line'
} >"$folder/input/text"
awk 'BEGIN { for (i = 0; i < 64; ++i) { printf "%s", w; w = w "x"; printf " %s\n", w } }' >"$folder/input/lengths"
gzip -c "$folder/input/text" >"$folder/text.gz"

counts "$folder/input/text" "$folder/input/lengths" >"$folder/expected"
report 20 <"$folder/expected" >"$folder/expected_report"

check() { # ranks, input, more arguments
  local ranks=$1 input=$2
  shift 2
  rm -rf "$folder/output"
  on "$ranks" "$word_count" "$input" --top 20 --output "$folder/output" "$@" >"$folder/said"
  sed '/^$/,$d' "$folder/said" | cmp - "$folder/expected_report" || fail "$ranks ranks, $*: wrong report"
  cat "$folder"/output/part-* | cmp - "$folder/expected" || fail "$ranks ranks, $*: wrong counts"
  [ -e "$folder/output/_SUCCESS" ] || fail "$ranks ranks, $*: no _SUCCESS"
  result checksum <"$folder/said" >>"$folder/checksums"
}
for ranks in 0 1 2 3 5; do check $ranks "$folder/input"; done
check 2 "$folder/input" --partitions 1
check 3 "$folder/input" --partitions 17
check 3 "$folder/input/lengths,$folder/text.gz"
grep -q "^RESULT app=word_count ranks=3 partitions=3 seconds=.* words=[1-9][0-9]* distinct=$(wc -l <"$folder/expected") checksum=[0-9a-f]*\$" \
  "$folder/said" || fail "no RESULT line: $(tail -n 1 "$folder/said")"

[ "$(sort -u "$folder/checksums" | wc -l)" = 1 ] || fail "different checksums of the same words: $(cat "$folder/checksums")"
# The same words and counts, paired differently.
for text in 'a a b' 'a b b'; do
  echo "$text" >"$folder/pairs"
  on 2 "$word_count" "$folder/pairs" | result checksum
done >"$folder/checksums"
[ "$(sort -u "$folder/checksums" | wc -l)" = 2 ] || fail "equal checksums of different counts: $(cat "$folder/checksums")"

: >"$folder/empty"
[ "$(on 2 "$word_count" "$folder/empty" | head -n 1)" = "0 words, 0 distinct" ] || fail "an empty file"
on 0 "$word_count" --help | grep -q 'INPUT' || fail "no help"

fails_with 2 'INPUT is required' on 2 "$word_count"
fails_with 2 'nothing_here' on 2 "$word_count" "$folder/nothing_here"
fails_with 2 "$folder/output" on 2 "$word_count" "$folder/input" --output "$folder/output"
fails_with 2 'making the directory /proc/nothing: No such file or directory' on 2 "$word_count" "$folder/input" --output /proc/nothing/here
fails_with 2 'there is no file system hdfs here' "$word_count" "$folder/input" --output hdfs://host/words
if command -v zstd >/dev/null; then
  zstd -q --long=28 <"$folder/input/lengths" >"$folder/window.zst"
  fails_with 3 '--seltzer-zstd-window-log 31 allows it' on 2 "$word_count" "$folder/window.zst"
  on 3 "$word_count" "$folder/window.zst" --seltzer-zstd-window-log 28 >/dev/null
fi
mkdir -p "$folder/nested/inside"
fails_with 2 'holds the folder "inside"' on 2 "$word_count" "$folder/nested"
fails_with 2 '--top' on 0 "$word_count" "$folder/input" --top -1
fails_with 2 '--partitions' on 0 "$word_count" "$folder/input" --partitions 0
echo "$(wc -l <"$folder/expected") words agree with sort and uniq"
