#!/usr/bin/env python3
"""public_names.py ROOT: compares what the public headers declare in namespace seltzer with ROOT/tests/public_names.txt, whose lines are
`header: names`. Prints the differences, with exit code 1: a name belongs in the header that its users would look into."""
import pathlib
import re
import sys

SPECIAL = re.compile(r"^(static_assert|requires)\b")
TYPE = re.compile(r"^(?:template <.*> )?(?:class|struct|enum class|enum|concept|using) (?:alignas\(.*?\) )?(\w+)(.*)")
OTHER = re.compile(r"(?:^|[ &*])(operator\S+|\w+(?:<.*>)?(?:::\w+)*)(?: =|\(| \()")


def declared(header):
    """The names that a header declares in namespace seltzer itself, without specializations, forward declarations and members."""
    names, inside = set(), False
    for line in header.read_text(encoding="utf-8").splitlines():
        if line.startswith(("namespace seltzer {", "}  // namespace detail")):
            inside = True
        elif line.startswith(("namespace ", "}  // namespace")):
            inside = False
        elif inside and re.match(r"[A-Za-z]", line) and not SPECIAL.match(line) and not line.startswith("template <"):
            if found := TYPE.match(line):
                if not found[2].startswith("<") and found[2] != ";":
                    names.add(found[1])
            elif found := OTHER.search(line):
                if "::" not in found[1]:
                    names.add(found[1])
    return names


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = pathlib.Path(sys.argv[1])
    listed = {}
    for line in (root / "tests/public_names.txt").read_text(encoding="utf-8").splitlines():
        header, _, names = line.partition(":")
        listed[header] = set(names.split())
    failed = False
    for path in sorted((root / "include/seltzer").glob("*.hpp")):
        names = declared(path)
        expected = listed.pop(path.stem, set())
        for name in sorted(names ^ expected):
            what = "declares" if name in names else "lacks"
            print(f"{path}: {what} {name}, unlike tests/public_names.txt")
            failed = True
    for header in listed:
        print(f"include/seltzer/{header}.hpp is in tests/public_names.txt, but not there")
        failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
