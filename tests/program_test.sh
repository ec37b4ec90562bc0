# shellcheck shell=bash
# Shared by the tests of programs. Source it, under `set -e`, in a script that was called with MPIRUN PROGRAM...; it sets
#   mpirun  the words of MPIRUN, the start of a command; append `-n 3 PROGRAM`
#   folder  an empty folder, removed at the end
export LC_ALL=C

read -ra mpirun <<<"$1"
folder=$(mktemp -d "${TMPDIR:-/tmp}/$(basename "$0" .sh).XXXXXX")
trap 'rm -rf "$folder"' EXIT

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# on RANKS PROGRAM ARGUMENT...: runs it on RANKS ranks; 0: without a launcher
on() {
  local ranks=$1
  shift
  if [ "$ranks" = 0 ]; then "$@"; else "${mpirun[@]}" -n "$ranks" "$@"; fi
}

# result FIELD: prints that field of the RESULT line on standard input
result() { sed -n "s/^RESULT app=.* $1=\([^ ]*\).*/\1/p"; }

# fails_with CODE WORDS COMMAND...: fails unless it ends with that code and prints these words; its output is in $folder/said
fails_with() {
  local code=$1 words=$2 status=0
  shift 2
  "$@" >"$folder/said" 2>&1 || status=$?
  [ $status = "$code" ] || fail "$* ended with $status, not $code: $(cat "$folder/said")"
  grep -qF -- "$words" "$folder/said" || fail "$* does not print '$words': $(cat "$folder/said")"
}
