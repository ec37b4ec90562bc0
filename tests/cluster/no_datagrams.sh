#!/bin/bash
# Where a host lets no UDP through, nothing watches its ranks: the program says so once and does its work.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

trap 'cluster on n2 ip rule del pref 1; rm -rf "$folder"' EXIT
cluster on n2 ip rule add pref 1 ipproto udp blackhole
background mpirun_on 2 60 "$programs/stages_program" --seconds 3 --seltzer-rank-timeout 1
ends_with 0 20
says said '^RESULT app=stages ranks=4 '
says said 'no heartbeat came from 2 of 3 ranks (rank 2 on n2 is the first): nothing will notice if these stop'
[ "$(grep -c 'no heartbeat' said)" = 1 ] || fail "said more than once: $(cat said)"
