#!/bin/bash
# A second cluster beside the first: it is taken down when its owner is killed, even while it starts. If its guard is
# killed too, the next `up` with that name removes what is left. The first cluster is not affected.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

second() { env CLUSTER_NAME="$CLUSTER_NAME.g" CLUSTER_FOLDER="$folder/g" "$here/cluster.sh" "$@"; }
start() {
  sleep 100 &
  owner=$!
  second up 1 $owner >/dev/null
  [ "$(second run sinfo -h -N -o %N)" = n1 ] || fail "the second cluster has no node n1"
}
is_gone() { [ ! -e g ] && ! ip netns list | grep -q "^$CLUSTER_NAME.g-"; }
gone() {
  for _ in $(seq 100); do
    is_gone && return
    sleep 0.1
  done
  fail "10 s after its owner ended it still exists: $(ls g) $(ip netns list)"
}
owner=
trap '[ -z "$owner" ] || kill -9 "$owner"; second down; rm -rf "$folder"' EXIT

start
second run setsid sleep 1000 &
kill -9 "$owner"
owner=
gone

for seconds in 0 0.03 0.06 0.1 0.3; do
  sleep $seconds &
  second up 2 $! >/dev/null 2>&1 || true
  gone
done

start
kill -9 "$(cat g/guard.pid)" "$owner"
owner=
start
second down
is_gone || fail "left after down: $(ls g)"
kill -9 "$owner"
owner=
[ "$(cluster run sinfo -h -N -t idle -o %N | wc -l)" = 4 ] || fail "the first cluster has changed"
