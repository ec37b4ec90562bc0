#!/bin/bash
# Runs layers.sh on a tree without violations, then on one violation of each kind at a time, which it must report.
set -euo pipefail
check=$(dirname "$(readlink -f "$0")")/layers.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

put() { # file, line...
  local file=$1
  shift
  mkdir -p "$tree/$(dirname "$file")"
  printf '#pragma once\n' >"$tree/$file"
  printf '%s\n' "$@" >>"$tree/$file"
}
clean() {
  rm -rf "${tree:?}"/*
  put include/seltzer/seltzer.hpp '#include <seltzer/rdd.hpp>'
  put include/seltzer/rdd.hpp '#include <seltzer/detail/api/derive.hpp>' '#include <seltzer/hash.hpp>'
  put include/seltzer/hash.hpp '#include <seltzer/detail/data/wire.hpp>'
  put include/seltzer/detail/api/derive.hpp '#include <seltzer/rdd.hpp>' 'namespace seltzer {' 'namespace detail {' 'struct Own {' '}  // namespace detail'
  put include/seltzer/detail/data/wire.hpp '#include <seltzer/detail/net/bytes.hpp>'
  put include/seltzer/detail/net/bytes.hpp 'namespace seltzer::detail {' 'struct Bytes {'
  put src/net/communicator.cpp '#include <mpi.h>'
  put include/seltzer/mpi.hpp '#include <mpi.h>'
  put src/apps/pi_mpi.cpp '#include <mpi.h>'
  put src/data/sort.cpp '#include "merge.hpp"'
}
says() { # WHERE WORDS DESCRIPTION: the check must report WORDS at WHERE
  local said
  if said=$("$check" "$tree"); then
    echo "not noticed: $3"
  elif [[ $said != "$1"*"$2"* ]]; then
    echo "$3 was noticed, but not as '$2': $said"
  else
    return 0
  fi
  failures=$((failures + 1))
}
refuses() { # FILE LINE WORDS: a file with that line must be reported with these words
  clean
  put "$1" "$2"
  says "$1:2: " "$3" "$2 in $1"
}

clean
"$check" "$tree" || { echo "a clean tree was refused"; failures=1; }
refuses include/seltzer/detail/net/bytes.hpp '#include <seltzer/detail/data/wire.hpp>' 'above it, in data'
refuses include/seltzer/detail/net/bytes.hpp '#include <seltzer/hash.hpp>' 'above it, in data'
refuses include/seltzer/detail/data/wire.hpp '#include <seltzer/rdd.hpp>' 'above it, in api'
refuses src/data/sort.cpp '  #  include "functions/registry.hpp"  // why' 'above it, in functions'
refuses src/worker/executor.cpp '#include "driver/planner.hpp"' 'above it, in driver'
refuses src/driver/planner.cpp '#include <seltzer/detail/operators/mapped_rdd.hpp>' 'above it, in operators'
refuses include/seltzer/detail/data/wire.hpp '#include <seltzer/detail/extras/block.hpp>' 'in no layer'
refuses src/net/communicator.cpp '#include "../api/context.hpp"' 'climbs out'
refuses src/data/exchange.cpp '#include <mpi.h>' 'only net'
refuses include/seltzer/rdd.hpp '#include <boost/mpi.hpp>' 'only net'
refuses include/seltzer/hash.hpp '#include <seltzer/mpi.hpp>' 'only programs'
refuses include/seltzer/detail/net/exchange.hpp '#include <vector>' 'move it to src'
refuses include/seltzer/rdd.hpp '#include "driver/planner.hpp"' 'only installed ones'
refuses include/seltzer/detail/data/wire.hpp '#include "data/heap.hpp"' 'only installed ones'
clean
put src/extras/block.cpp '#include <vector>'
says src/extras/block.cpp:1: 'is not a layer' 'a folder that is not a layer'
clean
put include/seltzer/detail/api/derive.hpp 'namespace seltzer {' 'struct Named {'
says include/seltzer/detail/api/derive.hpp:3: 'belong in a public header' 'a public name in detail'
clean
put include/seltzer/detail/api/derive.hpp 'namespace seltzer {' 'int named(int x) {'
says include/seltzer/detail/api/derive.hpp:3: 'is a function' 'a public function in detail'
clean
put include/seltzer/private.h '#include <vector>'
says "include/seltzer/private.h" 'end in .hpp' 'a header with another ending'
clean
for i in {1..23}; do put "include/seltzer/more_$i.hpp" '#include <vector>'; done
says 'include/seltzer has 26 public headers' 'more than 25' 'too many public headers'
mkdir "$tree/empty" "$tree/empty/include" "$tree/empty/include/seltzer" "$tree/empty/src"
if "$check" "$tree/empty" >/dev/null; then echo "not noticed: an empty tree"; failures=$((failures + 1)); fi
exit $((failures > 0))
