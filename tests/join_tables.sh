#!/bin/bash
# Joins of tables: join_tables.sh MPIRUN JOIN_TABLES. The rows are those that awk finds by comparing all pairs, and the
# output is the same bytes at any number of ranks; invalid tables are refused.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
join_tables=$2

# expected HOW LEFT RIGHT: the joined rows with headers, in awk's order, parsed character by character.
expected() {
  awk -v how="$1" '
    # sets key and rest, the other fields with a comma before each
    function split_line(line,   i, c, field, raw, value, quoted) {
      rest = ""; field = 1; raw = value = ""; quoted = 0
      for (i = 1; i <= length(line) + 1; ++i) {
        c = substr(line, i, 1)
        if (c == "" || (c == "," && !quoted)) {
          if (field == 2) key = value; else rest = rest "," raw
          ++field; raw = value = ""
          continue
        }
        raw = raw c
        if (quoted && c == "\"" && substr(line, i + 1, 1) == "\"") { value = value c; raw = raw c; ++i }
        else if (c == "\"" && (quoted || raw == "\"")) quoted = !quoted
        else value = value c
      }
    }
    function quoted_key(text) {
      if (text !~ /[",]/) return text
      gsub(/"/, "\"\"", text)
      return "\"" text "\""
    }
    function row(text, one, two) {
      print quoted_key(text) (one == "missing" ? ",," : one) (two == "missing" ? "," : two)
    }
    { sub(/\r$/, "") }
    $0 == "" { next }
    NR == FNR { split_line($0); keys[++lefts] = key; left[lefts] = rest; next }
    { split_line($0); other[++rights] = key; right[rights] = rest }
    END {
      semi = how == "semi" || how == "anti"
      print quoted_key(keys[1]) left[1] (semi ? "" : right[1])
      for (i = 2; i <= lefts; ++i) {
        matches = 0
        for (j = 2; j <= rights; ++j) {
          if (("k" keys[i]) != ("k" other[j])) continue
          ++matches; met[j] = 1
          if (!semi) row(keys[i], left[i], right[j])
        }
        if (semi && (matches > 0) == (how == "semi")) row(keys[i], left[i], "")
        if (!matches && (how == "left" || how == "full")) row(keys[i], left[i], "missing")
      }
      for (j = 2; j <= rights; ++j) if (!met[j] && (how == "right" || how == "full")) row(other[j], "missing", right[j])
    }' "$2" "$3"
}

# Tables of people and of orders, joined by the second column: keys with commas and quotes, needlessly quoted, empty, with no,
# one and many matches, equal numbers that differ as text; CRLF, an empty line, a last line without a line feed.
{
  printf 'name,id,"place, or country"\n'
  printf '%s\n' '"Smith, John",1,"Berlin"' 'Zo\303\253,"2","said ""no"", twice"' 'x"y,"a,b",""' '"","quote""d",' ',,'
  printf '%s\r\n' 'dos,3,line' '' 'again,01,"1, 2"'
  printf '%s\n' ' blank , 4 ,kept' 'lonely,nobody,left'
  awk 'BEGIN { for (i = 0; i < 150; ++i) printf "person%d,%d,\"town %d, %s\"\n", i, 10 + i % 60, i % 9, i % 2 ? "N" : "S" }'
} >"$folder/left.csv"
{
  printf 'item,"i""d"\n'
  printf '%s\n' 'pen,1' 'ink,"1"' '"a ""b""",2' 'c,"a,b"' 'd,"quote""d"' 'empty,' 'none,"only right"' ' , 4 ' 'e,3'
  awk 'BEGIN { for (i = 0; i < 200; ++i) printf "item%d,%d\n", i, 40 + (i * i) % 70 }'
  printf 'last,1.0'
} >"$folder/right.csv"
gzip -c "$folder/left.csv" >"$folder/left.csv.gz"

run() { # ranks, left, right, more arguments
  rm -rf "$folder/output"
  on "$1" "$join_tables" "$2" "$3" --key 2 --output "$folder/output" "${@:4}" >"$folder/said"
}

for how in inner left right full semi anti; do
  expected $how "$folder/left.csv" "$folder/right.csv" >"$folder/expected"
  rows=$(($(wc -l <"$folder/expected") - 1))
  rm -f "$folder/first"
  for ranks in 0 1 2 3 5; do
    run $ranks "$folder/left.csv" "$folder/right.csv" --how $how --partitions 4
    cat "$folder"/output/part-* >"$folder/table"
    [ -e "$folder/first" ] || cp "$folder/table" "$folder/first"
    cmp "$folder/table" "$folder/first" || fail "$how, $ranks ranks: the table differs from that of one"
  done
  head -n 1 "$folder/first" | cmp - <(head -n 1 "$folder/expected") || fail "$how: wrong header"
  sort "$folder/first" | diff - <(sort "$folder/expected") >&2 || fail "$how: wrong rows"
  [ "$(head -n 1 "$folder/said")" = "$rows rows" ] || fail "$how: not $rows rows: $(head -n 1 "$folder/said")"
  grep -q "^RESULT app=join_tables ranks=5 partitions=4 seconds=.* how=$how rows=$rows\$" "$folder/said" ||
    fail "no RESULT line: $(tail -n 1 "$folder/said")"
done

# without --output; with the default partitions and a compressed file; without headers; with one column
inner=$(expected inner "$folder/left.csv" "$folder/right.csv" | sort)
[ "$(on 3 "$join_tables" "$folder/left.csv" "$folder/right.csv" --key 2 | head -n 1)" = "$(($(wc -l <<<"$inner") - 1)) rows" ] ||
  fail "without --output"
run 3 "$folder/left.csv.gz" "$folder/right.csv"
[ "$(sort "$folder"/output/part-*)" = "$inner" ] || fail "a compressed table"
run 2 "$folder/left.csv" "$folder/right.csv" --no-header
[ "$(sort "$folder"/output/part-*)" = "$(tail -n +2 <(expected inner "$folder/left.csv" "$folder/right.csv") | sort)" ] ||
  fail "without headers"
printf 'k\n1\n2\n2\n' >"$folder/column"
rm -rf "$folder/output"
on 2 "$join_tables" "$folder/column" "$folder/column" --key 1 --output "$folder/output" >"$folder/said"
[ "$(cat "$folder"/output/part-* | sort | tr '\n' ' ')" = "1 2 2 2 2 k " ] || fail "tables of one column"
on 0 "$join_tables" --help | grep -q 'LEFT' || fail "no help"

# refused WORDS LINE: a table with that line is refused with these words
refused() {
  printf 'name,id\nx,1\n%s\ny,2\n' "$2" >"$folder/bad.csv"
  fails_with 3 "$1" on 2 "$join_tables" "$folder/bad.csv" "$folder/right.csv" --key 2
}
refused 'read line by line' 'open,"quote'
refused "with Python's csv module" '"open, quote'
refused 'text follows the closing quote' '"a"b,1'
refused 'has 3 fields, the first one has 2' 'a,b,c'
refused 'has 1 fields, the first one has 2' 'a'

: >"$folder/empty.csv"
fails_with 2 'holds no lines' on 2 "$join_tables" "$folder/left.csv" "$folder/empty.csv" --key 1
fails_with 2 'has only 2 columns' on 2 "$join_tables" "$folder/left.csv" "$folder/right.csv" --key 3
fails_with 2 'nothing_here' on 2 "$join_tables" "$folder/nothing_here" "$folder/right.csv" --key 1
fails_with 2 "$folder/output" on 2 "$join_tables" "$folder/left.csv" "$folder/right.csv" --key 2 --output "$folder/output"
fails_with 2 '--key is required' on 0 "$join_tables" "$folder/left.csv" "$folder/right.csv"
fails_with 2 "--key: must be a whole number of at least 1, not '0'" on 0 "$join_tables" "$folder/left.csv" "$folder/right.csv" --key 0
fails_with 2 "--key: must be a whole number of at least 1, not 'id'" on 0 "$join_tables" "$folder/left.csv" "$folder/right.csv" --key id
fails_with 2 '--how' on 0 "$join_tables" "$folder/left.csv" "$folder/right.csv" --key 1 --how outer
echo "six joins agree with awk, the same bytes at every number of ranks"
