#!/bin/bash
# consumer.sh MPIRUN FOLDER CMAKE BUILD CXX BUILD_TYPE FLAGS: installs BUILD, moves the prefix, and builds a user's
# programs against it: by find_package, with a shared library of their own, and by pkg-config. The cluster tools work
# from there too.
set -euo pipefail
# shellcheck source=tests/program_test.sh
source "$(dirname "$0")/program_test.sh"
tree=$2 cmake=$3 build=$4 compiler=$5 build_type=$6 flags=${7:-}
source_tree=$(cd "$(dirname "$0")/consumer" && pwd)

rm -rf "$tree"
"$cmake" --install "$build" --prefix "$tree/installed" >"$folder/install.log"
mv "$tree/installed" "$tree/prefix"
prefix=$tree/prefix

"$cmake" -S "$source_tree" -B "$tree/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_BUILD_TYPE="$build_type" -DCMAKE_CXX_FLAGS="$flags" >"$folder/log" 2>&1 || fail "find_package: $(cat "$folder/log")"
"$cmake" --build "$tree/build" >"$folder/log" 2>&1 || fail "the project: $(cat "$folder/log")"
"$tree/build/consumer" || fail "the program of find_package failed"
on 2 "$tree/build/consumer" || fail "the program of find_package failed on 2 ranks"
on 2 "$tree/build/consumer_of_mpi" || fail "the program of the component mpi failed"
if [ -x "$tree/build/consumer_of_json" ]; then
  on 2 "$tree/build/consumer_of_json" "$folder/json" || fail "the program of the component json failed"
else
  echo "simdjson is not installed: the component json is not tested"
fi

if command -v pkg-config >/dev/null; then
  library=$(dirname "$(find "$prefix" -name seltzer.pc)")
  read -ra options <<<"$(PKG_CONFIG_PATH=$library pkg-config --cflags --libs seltzer)"
  read -ra more <<<"$flags"
  "$compiler" -std=c++20 "${more[@]}" "$source_tree/main.cpp" "$source_tree/steps.cpp" "${options[@]}" -o "$tree/by_pkg_config" \
    >"$folder/log" 2>&1 || fail "pkg-config: $(cat "$folder/log")"
  on 2 "$tree/by_pkg_config" || fail "the program of pkg-config failed"
  if [ -e "$library/seltzer-json.pc" ]; then
    read -ra with_json <<<"$(PKG_CONFIG_PATH=$library pkg-config --cflags --libs seltzer-json)"
    "$compiler" -std=c++20 "${more[@]}" "$source_tree/json.cpp" "${with_json[@]}" -o "$tree/json_by_pkg_config" \
      >"$folder/log" 2>&1 || fail "pkg-config of json: $(cat "$folder/log")"
    on 2 "$tree/json_by_pkg_config" "$folder/json_by_pkg_config" || fail "the program of pkg-config with json failed"
  fi
  # README's first program
  # shellcheck disable=SC2016  # a pattern
  sed -n '/^```cpp$/,/^```$/{ /^```/d; p; }; /^}$/q' "$(dirname "$0")/../README.md" >"$folder/readme.cpp"
  "$compiler" -std=c++20 "${more[@]}" "$folder/readme.cpp" "${options[@]}" -o "$tree/readme" >"$folder/log" 2>&1 || fail "README's program: $(cat "$folder/log")"
  on 2 "$tree/readme" >"$folder/log" || fail "README's program failed"
  [ "$(head -n 1 "$folder/log")" = 500000 ] || fail "README's program: $(cat "$folder/log")"
else
  echo "pkg-config is not installed: seltzer.pc and README's program are not tested"
fi

tools=$prefix/share/seltzer
"$tools/slurm/scale" --help >"$folder/log" || fail "scale: $(cat "$folder/log")"
[ -x "$tools/slurm/run.sbatch" ] || fail "run.sbatch is not installed"
cat >"$folder/program" <<'PROGRAM'
#!/bin/bash
[ "${OMPI_COMM_WORLD_RANK:-0}" = 0 ] || exit 0
echo "RESULT app=program ranks=$1 seconds=0.$((6 / $1)) answer=42"
PROGRAM
chmod +x "$folder/program"
cat >"$folder/suite.ini" <<SUITE
[speed-up]
program    = $folder/program
arguments  = {ranks}
scaling    = strong
work       = 1e3
unit       = things
points     = 1 2 3
repeats    = 2
warmup     = 0
same       = answer
baseline   = none
statistics = no
SUITE
"$tools/slurm/scale" local "$folder/suite.ini" -o "$folder/study" >"$folder/log" 2>&1 || fail "scale local: $(cat "$folder/log")"
[ "$(wc -l <"$folder/study/speed-up.jsonl")" = 6 ] || fail "scale local ran something else: $(cat "$folder"/study/*.jsonl)"
if python3 -c 'import matplotlib, scipy' 2>/dev/null; then
  "$tools/results/plot" "$folder/study" >"$folder/log" 2>&1 || fail "plot: $(cat "$folder/log")"
  [ -s "$folder/study/report.md" ] || fail "plot wrote no report"
  "$tools/results/predict" "$(dirname "$0")/../results/study" >"$folder/log" 2>&1 || fail "predict: $(cat "$folder/log")"
else
  echo "python3 has no matplotlib and scipy: plot and predict are not tested"
fi
! grep -rl --include='*.hpp' '"[a-z]*/[a-z_]*\.hpp"' "$prefix" || fail "an installed header includes a private one"
