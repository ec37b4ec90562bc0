#!/bin/bash
# A cable that is plugged in again works at once, also for a host that has just asked in vain where another is: that
# question would fail after three seconds, and with it whatever had come to wait for its answer.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

# Connects n2 to n1's slurmd.
connect() { hosts exec n2 timeout "$1" bash -c 'exec 3<>/dev/tcp/n1/6818'; }

connect 5 || fail "n1 is not reached before anything was pulled"
hosts link n2 down
hosts exec n2 ip neigh flush all
connect 1 2>/dev/null && fail "n1 is reached without a cable"
sleep 1.5
hosts link n2 up
connect 5 || fail "n1 is not reached with the cable back"
