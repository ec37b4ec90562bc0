#!/bin/bash
# A cable that is plugged in again works at once, even for a host whose ARP request was lost: that request would fail
# after three seconds, and with it all packets that wait for its answer.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

# Connects n2 to n1's slurmd.
connect() { hosts exec n2 timeout "$1" bash -c 'exec 3<>/dev/tcp/n1/6818'; }

connect 5 || fail "n1 cannot be reached before the cable is pulled"
hosts link n2 down
hosts exec n2 ip neigh flush all
connect 1 2>/dev/null && fail "n1 can be reached without a cable"
sleep 1.5
hosts link n2 up
connect 5 || fail "n1 cannot be reached with the cable back"
