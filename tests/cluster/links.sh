#!/bin/bash
# The cables of hosts joined by the user-space switch: their delay, and a pulled cable.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"
if [ ! -c /dev/net/tun ]; then
  echo "skipped, TAP devices need /dev/net/tun"
  exit 77
fi
tapped() { env CLUSTER_NAME="$CLUSTER_NAME.t" CLUSTER_FOLDER="$folder/t" CLUSTER_LINK=tap "$here/hosts.sh" "$@"; }
trap 'tapped down; rm -rf "$folder"' EXIT

# Milliseconds of a round trip from n1 to n2, which refuses the connection; "none": no answer within a second
there_and_back() {
  local begin code=0
  begin=$(date +%s%N)
  tapped exec n1 timeout 1 bash -c 'exec 3<>/dev/tcp/n2/9' 2>/dev/null || code=$?
  if [ $code = 124 ]; then echo none; else echo $((($(date +%s%N) - begin) / 1000000)); fi
}

# The least of ten in milliseconds, in one process, so that other load on the machine and starting it do not count; empty: no answer
quickest() {
  # shellcheck disable=SC2016  # expanded on n1
  tapped exec n1 timeout 20 bash -c 'for _ in {1..10}; do
    begin=${EPOCHREALTIME/./}
    true 3<>/dev/tcp/n2/9
    echo $(((${EPOCHREALTIME/./} - begin) / 1000))
  done' 2>/dev/null | sort -n | head -n 1 || true
}

tapped up 2
there_and_back >/dev/null  # the first also resolves the address
plain=$(quickest)
[ -n "$plain" ] || fail "no answer without a delay"
[ "$plain" -lt 90 ] || fail "$plain ms without a delay"
tapped delay all 50000  # two cables, two directions
delayed=$(quickest)
[ -n "$delayed" ] || fail "no answer with a delay of 4 times 50 ms"
if [ "$delayed" -lt 200 ] || [ "$delayed" -gt 400 ]; then fail "$delayed ms with a delay of 4 times 50 ms"; fi
tapped delay all 0
tapped link n2 down
[ "$(there_and_back)" = none ] || fail "an answer without a cable"
tapped link n2 up
again=$(there_and_back)
[ "$again" != none ] || fail "no answer with the cable back"
echo "$plain ms, $delayed ms, none, $again ms"
