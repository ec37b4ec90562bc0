#!/usr/bin/env python3
"""quotes.py ROOT: prints code in the tutorial that is in no example, white space aside; exit code 1 if there is any."""
import pathlib
import re
import sys


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1]) / "src/apps/examples"
    examples = ["".join(path.read_text(encoding="utf-8").split()) for path in folder.glob("*.cpp")]
    tutorial = (folder / "README.md").read_text(encoding="utf-8")
    quotes = re.findall(r"^```cpp\n(.*?)^```", tutorial, flags=re.S | re.M)
    if not examples or not quotes:
        sys.exit(f"{folder}: no examples, or the tutorial quotes none")
    failed = False
    for quote in quotes:
        if not any("".join(quote.split()) in example for example in examples):
            print(f"no example contains this code of the tutorial:\n{quote}")
            failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
