#!/bin/bash
# Called by mpirun in place of ssh (its parameter plm_rsh_agent): runs a command on a simulated host, see hosts.sh.
hosts=$(dirname "$(readlink -f "$0")")/hosts.sh
"$hosts" rsh "$@" </dev/null &
command=$!
trap 'kill -TERM $command 2>/dev/null' TERM INT HUP
wait $command
code=$?
# A host that lost power sends nothing: ssh would wait on the dead connection, and so does this.
if [ $code = 137 ]; then
  while [ "${1#-}" != "$1" ]; do shift; done
  "$hosts" list | grep -q "^$1 .* DOWN$" && exec sleep 1000
fi
exit $code
