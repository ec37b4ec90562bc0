#!/bin/bash
# fixture.sh up|down: starts the cluster that the tests share, or ends it and checks that nothing is left. The cluster
# also ends with the process that called `up`, however that ends. fixture.sh left: prints what is left of the cluster.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
lacks=$("$here/cluster.sh" missing)
if [ -n "$lacks" ]; then
  printf 'skipped, a cluster needs:\n%s\n' "$lacks"
  exit 77
fi

# left: prints the namespaces, devices, mounts, files and processes of the cluster that exist
left() {
  ip netns list | grep "^${CLUSTER_NAME}[.-]" || true
  ip -o link | grep -oE ' v-n[0-9]+[@:]' || true
  grep -F "$CLUSTER_NAME" /proc/mounts || true
  find "${CLUSTER_FOLDER:-/tmp/cluster-$CLUSTER_NAME}" -maxdepth 0 2>/dev/null || true
  { grep -lzsxE "CLUSTER_NAME=$CLUSTER_NAME(\..*)?" /proc/[0-9]*/environ || true; } | while read -r file; do
    # neither this script nor zombies
    command=$({ tr '\0' ' ' <"${file%environ}cmdline"; } 2>/dev/null) || continue
    case $command in '' | grep\ * | *fixture.sh\ *) ;; *) echo "$command" ;; esac
  done
}

case $1 in
  up) "$here/cluster.sh" up 4 $PPID ;;
  down)
    "$here/cluster.sh" down
    rest=$(left)
    if [ -n "$rest" ]; then
      printf 'fixture.sh: left of the cluster:\n%s\n' "$rest" >&2
      exit 1
    fi
    ;;
  left) left ;;
esac
