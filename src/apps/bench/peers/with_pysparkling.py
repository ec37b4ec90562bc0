"""The rows on pysparkling's RDDs: one process, which is its default."""
from __future__ import annotations

from rows import Setup
from with_rdd import ROWS as RDD_ROWS
from with_rdd import Session

PACKAGE = "pysparkling"
TITLE = "pysparkling"
ONE_ROW = "its join keeps one row of a key"
SKIPPED = {"join": ONE_ROW, "join_cached": ONE_ROW, "join_cached_small_left": ONE_ROW}
ROWS = {row: program for row, program in RDD_ROWS.items() if row not in SKIPPED}


def start(setup: Setup) -> Session:
    from pysparkling import Context

    return Session(Context(), setup.threads)
