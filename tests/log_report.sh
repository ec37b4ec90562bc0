#!/bin/bash
# The report on an access log: log_report.sh MPIRUN LOG_REPORT. The figures are those of awk, on any number of ranks and
# partitions, for plain and compressed logs; bad lines are counted once and shown in order.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
log_report=$2

# Valid lines, the unusual ones first: no bytes, no request, a query, quotes and brackets in fields, IPv6, CRLF.
{
  printf '%s\n' '192.0.2.1 - - [31/Dec/1999:23:59:59 +0000] "GET / HTTP/1.0" 304 -'
  printf '%s\n' '192.0.2.1 - - [29/Feb/2000:00:00:00 +0000] "-" 408 - "-" "-"'
  printf '%s\n' '2001:db8::1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a?b=c HTTP/1.0" 200 2326 "http://h/?q=[x]" "Mozilla \"x\" (y)"'
  printf '%s\n' 'h - - [10/Oct/2000:13:55:37 -0700] "GET /say\"hi\" HTTP/1.1" 200 9007199254740 "-" "-"'
  printf '%s\r\n' 'h - - [10/Oct/2000:13:55:38 -0700] "POST /caf\xc3\xa9 HTTP/1.1" 500 0'
  printf '%s\n' 'h - - [10/Oct/2000:13:55:39 -0700] "\x16\x03\x01" 400 226 "-" "-" 1234 more'
  awk 'BEGIN {
    split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", months); split("200 200 200 304 404 500 301", statuses)
    x = 7
    for (i = 0; i < 5000; ++i) {
      x = (x * 16807) % 2147483647; hour = int(i / 300)
      printf "10.0.%d.%d - - [%02d/%s/2024:%02d:%02d:%02d +0100] \"GET /page%d%s HTTP/1.1\" %s %s \"-\" \"curl\"\n", x % 7,
        x % 251, 1 + hour % 28, months[1 + x % 2], hour % 24, x % 60, x % 59, int(400 / (1 + x % 400)),
        x % 3 ? "" : "?q=" x, statuses[1 + x % 7], x % 11 ? x % 100000 : "-"
    }
  }'
} >"$folder/good"
# Invalid lines.
cat >"$folder/bad" <<'END'

nothing like a log
h - - [10/Foo/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1
h - - [10/Oct/2000:24:55:36 -0700] "GET / HTTP/1.0" 200 1
h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0 200 1
h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 20 1
h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 one
h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200
h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 99999999999999999999
h - - 10/Oct/2000:13:55:36 -0700 "GET / HTTP/1.0" 200 1
END
mkdir "$folder/log"
head -n 2000 "$folder/good" >"$folder/log/1"
{ cat "$folder/bad"; tail -n +2001 "$folder/good"; } >"$folder/log/2"
printf 'the last line has no end' >>"$folder/log/2"
bad=$(($(wc -l <"$folder/bad") + 1))

# The expected report, from the valid lines: awk splits them at quotes, except \".
awk -v bad_lines="$bad" '
  BEGIN { split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names); for (m in names) month[names[m]] = m }
  {
    sub(/\r$/, ""); gsub(/\\"/, "\001")
    split($0, part, "\""); split(part[3], after, " "); split(part[2], request, " ")
    path = part[2] ~ / / ? request[2] : part[2]; sub(/\?.*/, "", path); gsub("\001", "\\\"", path)
    match(part[1], /\[/); time = substr(part[1], RSTART + 1)
    hour = sprintf("%s-%02d-%s %s", substr(time, 8, 4), month[substr(time, 4, 3)], substr(time, 1, 2), substr(time, 13, 2))
    bytes = after[2] == "-" ? 0 : after[2]
    ++requests["s" after[1]]; sum["s" after[1]] += bytes
    ++requests["h" hour]; sum["h" hour] += bytes
    ++requests["p" path]; sum["p" path] += bytes
  }
  END { for (key in requests) printf "%s\t%.0f\t%.0f\n", key, requests[key], sum[key] }' "$folder/good" >"$folder/figures"
table() { # heading, kind
  printf '%-16s%12s%16s\n' "$1" requests bytes
  grep "^$2" "$folder/figures" | sort | awk -F '\t' '{ printf "%-16s%12s%16s\n", substr($1, 2), $2, $3 }'
}
{
  table status s
  table hour h
  printf '%12s%16s  path\n' requests bytes
  grep '^p' "$folder/figures" | sort -t "$(printf '\t')" -k2,2nr -k1,1 >"$folder/paths"
  head -n 25 "$folder/paths" | awk -F '\t' '{ printf "%12s%16s  %s\n", $2, $3, substr($1, 2) }'
  echo "$bad bad lines, the first of them:"
  head -n 5 "$folder/bad" | sed 's/^/  | /'
} >"$folder/expected"

check() { # ranks, log, more arguments
  local ranks=$1 log=$2
  shift 2
  on "$ranks" "$log_report" "$log" --top 25 "$@" >"$folder/said"
  sed '/^$/,$d' "$folder/said" | diff - "$folder/expected" >&2 || fail "$ranks ranks, $*: wrong report"
}
for ranks in 0 1 2 3 5; do check $ranks "$folder/log"; done
check 2 "$folder/log" --partitions 11
gzip "$folder/log/1"
check 3 "$folder/log"
grep -q "^RESULT app=log_report ranks=3 partitions=3 seconds=.* requests=$(wc -l <"$folder/good") bytes=[1-9][0-9]* bad=$bad\$" \
  "$folder/said" || fail "no RESULT line: $(tail -n 1 "$folder/said")"

on 0 "$log_report" --help | grep -q 'LOG' || fail "no help"
fails_with 2 'LOG is required' on 2 "$log_report"
fails_with 2 'nothing_here' on 2 "$log_report" "$folder/nothing_here"
fails_with 2 '--top' on 0 "$log_report" "$folder/log" --top x
fails_with 2 '--partitions' on 0 "$log_report" "$folder/log" --partitions 0
echo "$(wc -l <"$folder/figures") figures agree with awk, $bad bad lines"
