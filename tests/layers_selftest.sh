#!/bin/bash
# Feeds layers.sh a tree without offences, then one offence of each kind at a time, each of which it has to report.
set -euo pipefail
check=$(dirname "$(readlink -f "$0")")/layers.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

put() { # file, line
  mkdir -p "$tree/$(dirname "$1")"
  printf '#pragma once\n%s\n' "$2" >"$tree/$1"
}
clean() {
  rm -rf "${tree:?}"/*
  put include/seltzer/net/communicator.hpp '#include <seltzer/statistics/phase.hpp>'
  put include/seltzer/api/rdd.hpp '#include <seltzer/net/communicator.hpp>'
  put include/seltzer/seltzer.hpp '#include <seltzer/api/rdd.hpp>'
  put src/net/communicator.cpp '#include <mpi.h>'
  put src/apps/pi_mpi.cpp '#include <mpi.h>'
  put src/data/sort.cpp '#include "merge.hpp"'
}
refuses() { # file, line, what must be said
  local said
  clean
  put "$1" "$2"
  if said=$("$check" "$tree"); then
    echo "not noticed: $2 in $1"
  elif [[ $said != "$1:2: "*"$3"* ]]; then
    echo "noticed, but not as '$3': $said"
  else
    return 0
  fi
  failures=$((failures + 1))
}

clean
"$check" "$tree" || { echo "a clean tree was refused"; failures=1; }
refuses include/seltzer/statistics/phase.hpp '#include <seltzer/net/bytes.hpp>' 'above it'
refuses include/seltzer/net/bytes.hpp '#include <seltzer/data/block.hpp>' 'above it'
refuses src/data/sort.cpp '#include <seltzer/functions/registry.hpp>' 'above it'
refuses src/functions/registry.cpp '  #  include "seltzer/scheduler/stage.hpp"  // why' 'above it'
refuses include/seltzer/scheduler/stage.hpp '#include <seltzer/operators/mapped_rdd.hpp>' 'above it'
refuses include/seltzer/operators/mapped_rdd.hpp '#include "api/rdd.hpp"' 'above it'
refuses include/seltzer/api/rdd.hpp '#include <seltzer/seltzer.hpp>' 'above it'
refuses include/seltzer/data/block.hpp '#include <seltzer/extras/block.hpp>' 'in no layer'
refuses include/seltzer/extras/block.hpp '#include <vector>' 'is no layer'
refuses src/net/communicator.cpp '#include "../api/context.hpp"' 'climbs out'
refuses src/data/exchange.cpp '#include <mpi.h>' 'only net'
refuses include/seltzer/api/context.hpp '#include <boost/mpi.hpp>' 'only net'
refuses include/seltzer/net/exchange.hpp '#include <vector>' 'move it to src'
refuses include/seltzer/scheduler/job.hpp '#include <boost/mpi/communicator.hpp>' 'only net'
mkdir "$tree/empty" "$tree/empty/include" "$tree/empty/include/seltzer" "$tree/empty/src"
if "$check" "$tree/empty" >/dev/null; then echo "not noticed: an empty tree"; failures=$((failures + 1)); fi
exit $((failures > 0))
