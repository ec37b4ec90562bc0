#!/bin/bash
# layers.sh [ROOT]: checks the files of ROOT/include/seltzer and ROOT/src against the layering. Prints violations, with exit code 1.
#   - a layer (a folder of include/seltzer/detail and of src) includes only itself and lower layers
#   - there are at most 25 public headers, directly in include/seltzer, besides one for each file format and component; each belongs to the highest layer that it includes
#   - detail/ declares nothing in namespace seltzer itself: names for users are in public headers
#   - only the net layer includes MPI (programs in src/apps may), and mpi.hpp, which no other header includes
#   - no include climbs out of its folder with `..`
#   - a header in include names no header of src: nothing there is in quotes
#   - every other header in include/seltzer is reachable from seltzer.hpp; private headers belong in src
set -euo pipefail
cd "${1:-.}"

mapfile -d '' -t files < <(find include/seltzer src -path src/apps -prune -o -type f \( -name '*.hpp' -o -name '*.cpp' -o -name '*.ipp' \) -print0 | sort -z)
others=$(find include -type f ! -name '*.hpp')
[ -z "$others" ] || { echo "$others: only headers that end in .hpp belong in include"; exit 1; }
[ ${#files[@]} -gt 0 ] || { echo "no files found: is this the root of the project?"; exit 1; }
awk '
  function offence(file, line, what) { print file ":" line ": " what; ++offences }
  function of(folder) { return folder in rank ? rank[folder] : 0 }
  # the number of the layer of the file that is included as `path`; 0 if its folder is not a layer
  function layer(path, parts, i, count, names, highest) {
    if (path in known) return known[path]
    if (path !~ /^seltzer\//) { split(path, parts, "/"); return known[path] = of(parts[1]) }
    if (path ~ /^seltzer\/detail\//) { split(path, parts, "/"); return known[path] = of(parts[3]) }
    if (path ~ /^seltzer\/.*\//) return known[path] = 0
    known[path] = highest = 1  # during the recursion, and for a public header that includes none of our headers
    count = split(includes["include/" path], names, " ")
    for (i = 1; i <= count; ++i) if (layer(names[i]) > highest) highest = layer(names[i])
    return known[path] = highest
  }

  BEGIN {
    top = split("metrics net data files functions engine protocol worker driver operators api", order, " ")
    for (i = 1; i <= top; ++i) rank[order[i]] = i
    formats = "^include/seltzer/(csv)[.]hpp$"
    components = "^include/seltzer/(mpi)[.]hpp$"
  }
  FNR == 1 { files[++count] = FILENAME; inside = 0 }
  FILENAME ~ /^include\/seltzer\/detail\// && /^namespace seltzer \{/ { inside = 1 }
  FILENAME ~ /^include\/seltzer\/detail\// && /^namespace detail \{/ { inside = 2 }
  inside == 2 && /^\}  \/\/ namespace detail/ { inside = 1 }
  inside == 1 && !/^(class|struct) [A-Za-z]+;$/ && /^(template <.*> )?(class|struct|enum|using|concept|inline constexpr) / {
    offence(FILENAME, FNR, "is declared in namespace seltzer: names for users belong in a public header")
  }
  inside == 1 && /^[A-Za-z][^(]*\(/ && !/^(static_assert|requires)/ && !/^[^(]*::[A-Za-z_]+ ?\(/ {
    offence(FILENAME, FNR, "is a function in namespace seltzer: names for users belong in a public header")
  }
  /^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]/ {
    included = $0; sub(/^[^<"]*[<"]/, "", included); sub(/[>"].*$/, "", included)
    includes[FILENAME] = includes[FILENAME] " " included
    at[FILENAME, included] = FNR
    if ($0 ~ /include[[:space:]]*"/) quoted[FILENAME, included]
  }
  END {
    for (i = 1; i <= count; ++i) {
      file = files[i]
      path = file; sub(/^(include|src)\//, "", path)
      isPublic = file ~ /^include\/seltzer\/[^\/]*$/
      publicHeaders += isPublic && file !~ formats && file !~ components
      mine = layer(path)
      if (mine == 0) offence(file, 1, "the folder of this file is not a layer")
      total = split(includes[file], names, " ")
      for (j = 1; j <= total; ++j) {
        name = names[j]; line = at[file, name]
        if (file ~ /^include\// && (file, name) in quoted) offence(file, line, "includes \"" name "\": an installed header can name only installed ones, in angle brackets")
        if (name ~ /(^|\/)\.\.(\/|$)/) offence(file, line, "includes " name ", which climbs out of its folder")
        if (name ~ /^(mpi\.h|mpi-ext\.h|mpi\/|boost\/mpi(\.hpp|\/))/ && order[mine] != "net" && file !~ components) offence(file, line, "includes " name "; only net calls MPI")
        if ("include/" name ~ components) offence(file, line, "includes " name ", which only programs that need it include")
        split(name, parts, "/")
        if (name !~ /^seltzer\// && !(name ~ /\// && parts[1] in rank)) continue
        theirs = layer(name)
        if (theirs == 0) offence(file, line, "includes " name ", which is in no layer")
        else if (!isPublic && theirs > mine) offence(file, line, order[mine] " includes " name ", which is above it, in " order[theirs])
      }
    }
    if (publicHeaders > 25) { print "include/seltzer has " publicHeaders " public headers, more than 25"; ++offences }
    if ("include/seltzer/seltzer.hpp" in includes) {
      queue[++last] = "seltzer/seltzer.hpp"
      for (head = 1; head <= last; ++head) {
        if (queue[head] in seen) continue
        seen[queue[head]]
        total = split(includes["include/" queue[head]], names, " ")
        for (j = 1; j <= total; ++j) queue[++last] = names[j]
      }
      for (i = 1; i <= count; ++i) {
        path = files[i]
        if (files[i] !~ components && sub(/^include\//, "", path) && !(path in seen)) offence(files[i], 2, "seltzer.hpp does not include it, so it is private: move it to src")
      }
    }
    exit offences > 0
  }' "${files[@]}"
