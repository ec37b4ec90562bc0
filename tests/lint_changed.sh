#!/bin/bash
# lint_changed.sh BUILD SECONDS [COMMIT]: clang-tidy on the sources of src/ that differ from COMMIT, by default the commit before
# the newest one, and on a source that includes each changed header; each such header also compiles alone. Stops after so many
# seconds, and says how many files are left. BUILD was configured for clang-14 and has compile_commands.json.
set -euo pipefail
build=$1 seconds=$2 since=${3:-HEAD~1}
cd "$(dirname "$(readlink -f "$0")")/.."
if ! git rev-parse --quiet --verify "$since^{commit}" >/dev/null; then
  echo "lint: there is no commit $since to compare with"
  exit 0
fi
mapfile -t headers < <(git diff --name-only --diff-filter=d "$since" -- 'include/*.hpp' 'src/*.hpp' ':!src/apps')
mapfile -t sources < <(git diff --name-only --diff-filter=d "$since" -- 'src/*.cpp' ':!src/apps')

# the first source of the library that includes a header directly
includer_of() {
  local name=${1#include/}
  grep -rlE "#include [<\"]${name#src/}[>\"]" src --include='*.cpp' --exclude-dir=apps | sort | head -n 1 || true
}
for header in "${headers[@]}"; do sources+=("$(includer_of "$header")"); done
mapfile -t sources < <(printf '%s\n' "${sources[@]}" | grep . | sort -u || true)

flags="-std=c++20 -DOMPI_SKIP_MPICXX -Iinclude -Isrc -I$build/src/generated $(mpicxx --showme:compile)"
export build flags
end=$(($(date +%s) + seconds))
check() { # END KIND FILE: 1 does not pass, 2 there was no time
  [ "$(date +%s)" -lt "$1" ] || return 2
  local words
  read -ra words <<<"$flags"
  case $2 in
    header) clang++-14 "${words[@]}" -Wall -Wextra -Wno-pragma-once-outside-header \
      -Wno-pragma-system-header-outside-header -Werror -fsyntax-only -x c++ "$3" ;;
    source) clang-tidy-14 -p "$build" --quiet --warnings-as-errors='*' "$3" 2>/dev/null ;;
  esac && echo "$3" >>"$passed" && return
  echo "lint: $3 does not pass" >&2
  return 1
}
export -f check
passed=$(mktemp)
export passed
trap 'rm -f "$passed"' EXIT
failed=0
printf '%s\n' "${headers[@]/#/header }" "${sources[@]/#/source }" | grep . >"$passed.items" || true
total=$(wc -l <"$passed.items")
# shellcheck disable=SC2016  # expanded by the inner shell
xargs -r -a "$passed.items" -P "$(nproc)" -L 1 bash -c 'check "$@" || [ $? = 2 ]' check "$end" || failed=1
rm -f "$passed.items"
done=$(wc -l <"$passed")
echo "lint: $done of $total files that differ from $since pass"
[ "$(date +%s)" -lt "$end" ] || echo "lint: $seconds s were over before all were looked at: make lint has all"
[ $failed = 0 ]
