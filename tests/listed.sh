#!/bin/bash
# listed.sh [ROOT]: checks that the build lists every header in include/, every source and program and every *_test.cpp
# of ROOT, and that refused.hpp lists every RDD operation of README's table. Prints those that are missing.
set -euo pipefail
cd "${1:-.}"

missing=0 operations=0
require() { # list, entry, file
  if ! grep -qE "(^|[[:space:](])${2//./\\.}((_test)?\.cpp)?([[:space:])]|\$)" "$1"; then
    echo "$3 is not listed in $1"
    missing=1
  fi
}
while read -r file; do
  case $file in
    include/seltzer/*) require src/CMakeLists.txt "${file#include/seltzer/}" "$file" ;;
    src/apps/*) require "$(dirname "$file")/CMakeLists.txt" "$(basename "$file" .cpp)" "$file" ;;
    src/*) require src/CMakeLists.txt "${file#src/}" "$file" ;;
    tests/*_test.cpp) require tests/CMakeLists.txt "$(basename "$file" _test.cpp)" "$file" ;;
  esac
done < <(find include/seltzer -name '*.hpp'; find src -name '*.cpp'; find tests -maxdepth 1 -name '*_test.cpp')
while read -r operation; do
  operations=$((operations + 1))
  grep -qE "SELTZER_REFUSED(_ACTION)?\(([A-Za-z:_0-9]+, )?$operation\)" include/seltzer/detail/api/refused.hpp && continue
  echo "README's operation $operation is not listed in refused.hpp"
  missing=1
done < <(sed -n '/^## Operations/,/^`include/p' README.md | grep -E '^\| (elements|several|redist|by key|storage|actions|saving)' |
  grep -oE '`[a-z][A-Za-z_]*' | tr -d '`' | sort -u)
[ $operations -gt 50 ] || { echo "README's tables of operations were not found"; missing=1; }
exit $missing
