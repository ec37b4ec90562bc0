#!/bin/bash
# layers.sh [ROOT]: checks the includes of ROOT/include/seltzer and ROOT/src against the layers. Prints each offence, exit code 1.
#   - a layer includes itself and lower layers; headers directly in include/seltzer stand above all layers
#   - only the net layer includes MPI (programs in src/apps may)
#   - no include climbs out of its folder with `..`
#   - every header in include/seltzer is reachable from seltzer.hpp; what is private belongs in src
set -euo pipefail
cd "${1:-.}"

# The headers in include/seltzer that seltzer.hpp does not include, directly or through others.
private_headers() {
  find include/seltzer -name '*.hpp' -exec grep -HE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<seltzer/|^#pragma once' {} + |
    awk '
      {
        file = $0; sub(/:.*$/, "", file); sub(/^include\//, "", file); headers[file]
        if (sub(/^[^<]*</, "") && sub(/>.*$/, "")) includes[file] = includes[file] " " $0
      }
      END {
        queue[tail++] = "seltzer/seltzer.hpp"
        for (head = 0; head < tail; ++head) {
          if (queue[head] in seen) continue
          seen[queue[head]]
          count = split(includes[queue[head]], next_ones, " ")
          for (i = 1; i <= count; ++i) queue[tail++] = next_ones[i]
        }
        for (file in headers) if (!(file in seen)) print "include/" file ":2: seltzer.hpp does not include it, so it is private: move it to src"
      }' | sort
}

status=0
find include/seltzer src -path src/apps -prune -o -type f \( -name '*.hpp' -o -name '*.cpp' -o -name '*.ipp' \) -print0 |
  sort -z | { xargs -0 --no-run-if-empty grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]' || true; } |
  awk '
    BEGIN {
      top = split("statistics net data files functions scheduler operators api", order, " ")
      for (i = 1; i <= top; ++i) rank[order[i]] = i
    }
    function offence(what) { print file ":" line ": " what; ++offences }
    # the layer of a path below include/seltzer or src: its number, top + 1 without a folder, 0 if the folder is no layer
    function layer(path, parts) {
      if (split(path, parts, "/") == 1) return top + 1
      return (parts[1] in rank) ? rank[parts[1]] : 0
    }
    {
      split($0, fields, ":"); file = fields[1]; line = fields[2]
      included = $0; sub(/^[^<"]*[<"]/, "", included); sub(/[>"].*$/, "", included)
      quoted = $0 ~ /include[[:space:]]*"/
      inside = file; sub(/^(include\/seltzer|src)\//, "", inside)
      mine = layer(inside)
      name = mine <= top ? order[mine] : "seltzer"
      ++includes

      if (mine == 0) offence("the folder of this file is no layer")
      if (included ~ /(^|\/)\.\.(\/|$)/) offence("includes " included ", which climbs out of its folder")
      if (included ~ /^(mpi\.h|mpi-ext\.h|mpi\/|boost\/mpi(\.hpp|\/))/ && name != "net") offence("includes " included "; only net calls MPI")

      ours = sub(/^seltzer\//, "", included)
      split(included, first, "/")
      if (!ours && !(quoted && first[1] in rank)) next
      theirs = layer(included)
      if (theirs == 0) offence("includes " included ", which is in no layer")
      else if (theirs > mine) offence(name " includes " included ", which is above it")
    }
    END {
      if (!includes) { print "no includes were found: is this the root of the project?"; exit 1 }
      exit offences > 0
    }' || status=1
if [ -e include/seltzer/seltzer.hpp ]; then
  found=$(private_headers)
  [ -z "$found" ] || { echo "$found"; status=1; }
fi
exit $status
