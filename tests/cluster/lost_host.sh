#!/bin/bash
# lost_host.sh crash|cable: a host that loses power or its network cable ends the program in seconds, with code 205 and
# the host's name.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

background mpirun_on 3 90 "$programs/stages_program" --seconds 60
wait_for 20 said '^rank 5 '
sleep 1  # if a host is lost while mpirun is still starting ranks, mpirun exits with code 1
case $1 in
  crash) hosts crash n2 ;;
  cable) hosts link n2 down ;;
esac
ends_with 205 20
grep -v '^rank [0-9]* host ' said | grep -q '\bn2\b' || fail "the lost host is not named: $(cat said)"
