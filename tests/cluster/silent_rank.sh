#!/bin/bash
# A rank stopped by SIGSTOP, which looks like a hang, ends the program after the rank timeout with code 205 and a
# message with rank and host. A rank that stops for less than the timeout does not.
# shellcheck source=tests/cluster/cluster_test.sh
source "$(dirname "$0")/cluster_test.sh"

background mpirun_on 2 90 "$programs/stages_program" --seconds 60 --seltzer-rank-timeout 3
wait_for 20 said '^rank 3 '
kill -STOP "$(pid_of_rank 3 said)"
ends_with 205 15
says said 'rank 3 on n2 has been silent for'

# The limit is far above the pause: a rank that goes on may have to wait for a processor.
background mpirun_on 2 90 "$programs/stages_program" --seconds 4 --seltzer-rank-timeout 15
wait_for 20 said '^rank 3 '
slow=$(pid_of_rank 3 said)
kill -STOP "$slow"
sleep 3
kill -CONT "$slow"
ends_with 0 40
says said '^RESULT app=stages ranks=4 '
