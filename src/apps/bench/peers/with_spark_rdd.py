"""The rows on Spark's RDDs, in Python."""
from __future__ import annotations

from operator import add

from rows import Setup
from with_rdd import ROWS as ROWS
from with_rdd import Session
from with_spark import start as start_session

PACKAGE = "pyspark"
TITLE = "Spark RDD"
SKIPPED = {}


def start(setup: Setup) -> Session:
    return Session(start_session(setup).sparkContext, setup.threads)


def warm_up(session: Session) -> None:
    """The first job starts Python's workers."""
    session.pairs(1000, 7).reduceByKey(add).count()
