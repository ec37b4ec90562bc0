#!/usr/bin/env python3
"""Rows of the comparison in another system, as its users would write them: peers.py SYSTEM ROW... Prints for each

    RESULT system=duckdb row=distinct seconds=2.930000000 check=9932705/...

with the seconds of the work, without the start of the system. results/compare runs all rows.

    peers.py --versions    the systems that are installed with their versions, those that are not with the reason, as JSON

Exit code: 0 done, 2 usage or a missing package.
"""
from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Dict

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from rows import PROGRAM_ROWS, Setup  # noqa: E402  (after the path)

MODULES = {
    "duckdb": "with_duckdb",
    "polars": "with_polars",
    "bodo": "with_bodo",
    "spark": "with_spark",
    "spark_rdd": "with_spark_rdd",
    "pysparkling": "with_pysparkling",
}


def module_of(system: str) -> ModuleType:
    return importlib.import_module(MODULES[system])


def state_of(system: str) -> Dict[str, str]:
    """Its version, or why it cannot be had."""
    module = module_of(system)
    try:
        found = version(module.PACKAGE)
    except PackageNotFoundError:
        return {"missing": f"the package {module.PACKAGE} is not installed", "advice": f"pip install {module.PACKAGE}"}
    if module.PACKAGE == "pyspark" and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        return {"missing": "there is no Java", "advice": "install a runtime of Java 17, or set JAVA_HOME"}
    return {"version": found}


def positive(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return value


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", nargs="?", choices=list(MODULES), metavar="SYSTEM", help=", ".join(MODULES))
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(PROGRAM_ROWS))
    parser.add_argument("--scale", type=positive, default=1.0, help="size of the data over that of a full run")
    parser.add_argument("--data", type=Path, default=Path("."), metavar="DIR", help="made by bench_peers --make")
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="by default 2")
    parser.add_argument("--versions", action="store_true", help="print what is installed")
    options = parser.parse_args()
    if not options.versions and not options.rows:
        parser.error("give a SYSTEM and a ROW")
    for row in options.rows:
        if row not in PROGRAM_ROWS:
            parser.error(f"there is no row {row}: choose from {', '.join(PROGRAM_ROWS)}")
    return options


def main() -> int:
    options = arguments()
    if options.versions:
        print(json.dumps({system: state_of(system) for system in MODULES}))
        return 0
    module = module_of(options.system)
    state = state_of(options.system)
    if "missing" in state:
        print(f"peers.py: {state['missing']}: {state['advice']}", file=sys.stderr)
        return 2
    for row in options.rows:
        if row not in module.ROWS:
            reason = module.SKIPPED.get(row, "there is no such program")
            print(f"peers.py: {row} is not for {module.TITLE}: {reason}", file=sys.stderr)
            return 2
    setup = Setup(options.scale, options.data.resolve(), options.threads)
    os.environ["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    )  # Bodo's mpiexec
    session = module.start(setup)
    if "nothing" not in options.rows and hasattr(module, "warm_up"):
        module.warm_up(session)
    for row in options.rows:
        seconds, check = module.ROWS[row](session, setup)
        print(f"RESULT system={options.system} row={row} seconds={seconds:.9f} check={check}", flush=True)
        if hasattr(module, "clean_up"):
            module.clean_up(session)
    return 0


if __name__ == "__main__":
    sys.exit(main())
