#!/bin/bash
# If a host blocks UDP, nothing watches its ranks: the program warns once and works. If it does not get past its start,
# the message names the network as a possible reason.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

trap 'cluster on n2 ip rule del pref 1; rm -rf "$folder"' EXIT
cluster on n2 ip rule add pref 1 ipproto udp blackhole
background mpirun_on 2 60 "$programs/stages_program" --seconds 3 --seltzer-rank-timeout 1
ends_with 0 20
says said '^RESULT app=stages ranks=4 '
says said 'no heartbeat came from 2 of 3 ranks (rank 2 on n2 is the first): nothing will notice if these stop'
[ "$(grep -c 'no heartbeat' said)" = 1 ] || fail "said more than once: $(cat said)"

background mpirun_on 2 60 "$programs/signal_program" stop-in-start 3 --seltzer-rank-timeout 1
ends_with 205 20
says said 'the start of the program: rank 2 on n2 has been silent for [0-9]* s, and 1 more with it: .* no UDP datagrams'
