# shellcheck shell=bash
# What the tests of programs share. To be sourced, under `set -e`, by a script that was called with MPIRUN PROGRAM...; sets
#   mpirun  the words of MPIRUN, the start of a command that `-n 3 PROGRAM` continues
#   folder  an empty folder, removed at the end
export LC_ALL=C

read -ra mpirun <<<"$1"
folder=$(mktemp -d "${TMPDIR:-/tmp}/$(basename "$0" .sh).XXXXXX")
trap 'rm -rf "$folder"' EXIT

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# on RANKS PROGRAM ARGUMENT...: 0 ranks: without a launcher
on() {
  local ranks=$1
  shift
  if [ "$ranks" = 0 ]; then "$@"; else "${mpirun[@]}" -n "$ranks" "$@"; fi
}

# result FIELD: of the RESULT line on standard input
result() { sed -n "s/^RESULT app=.* $1=\([^ ]*\).*/\1/p"; }

# fails_with CODE WORDS COMMAND...: it ends with that code and says these words; what it says is in $folder/said
fails_with() {
  local code=$1 words=$2 status=0
  shift 2
  "$@" >"$folder/said" 2>&1 || status=$?
  [ $status = "$code" ] || fail "$* ended with $status, not $code: $(cat "$folder/said")"
  grep -qF -- "$words" "$folder/said" || fail "$* does not say '$words': $(cat "$folder/said")"
}
