#!/bin/bash
# wire_fuzz.sh CLANG FLAGS SOURCE LIBRARY...: libFuzzer on the reader of messages from other ranks, for FUZZ_SECONDS (default 30),
# from a fixed seed. An input that fails is written to the folder FUZZ_ARTIFACTS, by default the current one. Without libFuzzer the
# exit code is 77: skipped.
set -euo pipefail
clang=$1 flags=$2 source=$3
shift 3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' >"$folder/probe.cpp"
if ! "$clang" -fsanitize=fuzzer "$folder/probe.cpp" -o "$folder/probe" 2>"$folder/why"; then
  echo "skipped: $clang has no libFuzzer: $(head -n 1 "$folder/why")"
  exit 77
fi
"$clang" "@$flags" -O1 -g1 -w -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all "$source" "$@" -o "$folder/wire_fuzz"
mkdir "$folder/corpus"
"$folder/wire_fuzz" -seed=20250101 -max_total_time="${FUZZ_SECONDS:-30}" -artifact_prefix="${FUZZ_ARTIFACTS:-$PWD}/" "$folder/corpus" 2>&1 | tail -n 25
