#!/bin/bash
# A second cluster beside the first: it goes when its owner is killed; what one left whose guard was killed too, the
# next `up` of the name clears away. The first cluster notices nothing.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

second() { env CLUSTER_NAME="$CLUSTER_NAME.g" CLUSTER_FOLDER="$folder/g" "$here/cluster.sh" "$@"; }
start() {
  sleep 100 &
  owner=$!
  second up 1 $owner >/dev/null
  [ "$(second run sinfo -h -N -o %N)" = n1 ] || fail "the second cluster has no node n1"
}
gone() { [ ! -e g ] && ! ip netns list | grep -q "^$CLUSTER_NAME.g-"; }
owner=
trap '[ -z "$owner" ] || kill -9 "$owner"; second down; rm -rf "$folder"' EXIT

start
second run setsid sleep 1000 &
kill -9 "$owner"
owner=
for _ in $(seq 100); do
  gone && break
  sleep 0.1
done
gone || fail "10 s after the end of the owner it is there: $(ls g)"

start
kill -9 "$(cat g/guard.pid)" "$owner"
owner=
start
second down
gone || fail "down leaves: $(ls g)"
kill -9 "$owner"
owner=
[ "$(cluster run sinfo -h -N -t idle -o %N | wc -l)" = 4 ] || fail "the first cluster has changed"
