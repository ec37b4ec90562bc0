#!/usr/bin/env python3
"""bench_memory's operations in DuckDB (SQL) or Spark (DataFrames): the same amounts of data, from half the memory to
several times as much, generated from their index as a user of these systems would write it.

    memory_peers.py --memory 256MiB --threads 2 --temp /scratch --ratios 0.5 1 2 4
    memory_peers.py --system spark --memory 1GiB --operations sortBy join

Prints the lines of bench_memory with a field `system=`, without `spilled=`; results/plot --memory reads them beside
those of bench_memory. Each measurement has a process of its own, in which the query first runs on some rows, untimed.
One that fails, or is killed, is a line FAILED with the error, and the others follow. The counts that the queries return
are checked. `repartition` has no counterpart.

--memory is that of all ranks together: DuckDB's memory_limit, the heap of Spark's JVM, which is 450 MiB at least. Both
use more besides: a limit of the whole, such as a cgroup's, is the caller's. DuckDB reads a range() on one thread.
With --ranges 2 the data are a union of two, read by two threads; in DuckDB 2.0 `distinct` then runs out of memory.

Nothing may be optimised away:
  sortBy   DuckDB looks into each sorted row, in any order, as bench_memory does; its plan is checked for the sort. Spark
           writes the rows to its sink `noop` and counts them on the way.
  others   the sums, the lengths of the lists and the values of both sides are added up.

Exit code: 0 done, 1 a count is wrong, 2 usage or a missing package.
"""
from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Callable, Dict, Optional, Tuple, Union

UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
WARM_UP = 1000  # rows
LEAST = 1000  # bytes of data

Counts = Tuple[Optional[int], ...]
Measured = Tuple[float, Counts]  # seconds, and what the query returned


@dataclass(frozen=True)
class Operation:
    element_bytes: int
    sides: int  # each has its share of the elements as rows
    counts: Callable[[int], Counts]  # what a query on so many rows must return


OPERATIONS = {
    "sortBy": Operation(100, 1, lambda rows: (rows,)),
    "reduceByKey": Operation(32, 1, lambda rows: (rows, rows * (rows - 1) // 2)),
    "groupByKey": Operation(32, 1, lambda rows: ((rows + 7) // 8, rows)),
    "join": Operation(16, 2, lambda rows: (rows, 0)),
    "distinct": Operation(8, 1, lambda rows: (rows,)),
}


@dataclass(frozen=True)
class Settings:
    memory: int  # bytes
    threads: int
    temp: str  # folder for scratch files
    ranges: int


# The view `data` has the numbers i from 0; hash(i) is distinct.
DUCKDB_WORD = "printf('%016x', hash(i))"
DUCKDB_QUERIES = {
    "sortBy": f"""
        SELECT count(*) FILTER (WHERE row[1] = row[17])
        FROM (SELECT left(repeat({DUCKDB_WORD}, 7), 100) AS row FROM data ORDER BY row)""",
    "reduceByKey": f"""
        SELECT count(*), sum(total)
        FROM (SELECT {DUCKDB_WORD} AS word, sum(i) AS total FROM data GROUP BY word)""",
    "groupByKey": f"""
        SELECT count(*), sum(len(texts))
        FROM (SELECT hash(i // 8) AS key, list({DUCKDB_WORD}) AS texts FROM data GROUP BY key)""",
    "join": """
        SELECT count(*), sum(mine + theirs)
        FROM (SELECT hash(i) AS key, i AS mine FROM data)
        JOIN (SELECT hash(i) AS key, -i AS theirs FROM data) USING (key)""",
    "distinct": "SELECT count(*) FROM (SELECT DISTINCT hash(i) FROM data)",
}


def measure_duckdb(operation: str, rows: int, settings: Settings) -> Measured:
    import duckdb

    query = DUCKDB_QUERIES[operation]
    config = {"threads": settings.threads, "memory_limit": f"{settings.memory}B", "temp_directory": settings.temp}
    with duckdb.connect(config=config) as connection:

        def run(count: int) -> Counts:
            cuts = [count * index // settings.ranges for index in range(settings.ranges + 1)]
            parts = (f"SELECT i FROM range({begin}, {end}) numbers(i)" for begin, end in zip(cuts, cuts[1:]))
            connection.execute("CREATE OR REPLACE VIEW data AS " + " UNION ALL ".join(parts))
            return connection.execute(query).fetchone()

        measured = timed(run, rows)
        plan = connection.execute(f"EXPLAIN {query}").fetchone()[1]
    if operation == "sortBy" and "ORDER" not in plan.upper():
        raise RuntimeError("DuckDB did not sort, since nothing depends on the order")
    return measured


def spark_counts(session: Any, operation: str, rows: int, partitions: int) -> Counts:
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    data = session.range(0, rows, 1, partitions)
    key, word = f.xxhash64("id"), f.lower(f.lpad(f.hex(f.xxhash64("id")), 16, "0"))
    if operation == "sortBy":
        seen = Observation()
        records = data.select(f.substring(f.repeat(word, 7), 1, 100).alias("row")).sort("row")
        records.observe(seen, f.count("*").alias("rows")).write.format("noop").mode("overwrite").save()
        return (seen.get["rows"],)
    if operation == "reduceByKey":
        totals = data.groupBy(word.alias("word")).agg(f.sum("id").alias("total"))
        result = totals.agg(f.count("*"), f.sum("total"))
    elif operation == "groupByKey":
        groups = data.groupBy(f.xxhash64(f.floor(data.id / 8))).agg(f.collect_list(word).alias("texts"))
        result = groups.agg(f.count("*"), f.sum(f.size("texts")))
    elif operation == "join":
        left = data.select(key.alias("key"), data.id.alias("mine"))
        right = data.select(key.alias("key"), (-data.id).alias("theirs"))
        result = left.join(right, "key").agg(f.count("*"), f.sum(f.col("mine") + f.col("theirs")))
    else:
        result = data.select(key).distinct().agg(f.count("*"))
    return tuple(result.first())


def measure_spark(operation: str, rows: int, settings: Settings) -> Measured:
    from pyspark.sql import SparkSession

    partitions = 4 * settings.threads  # as in bench_memory
    config = {
        "spark.driver.memory": f"{settings.memory // 1024}k",
        "spark.local.dir": settings.temp,
        "spark.sql.shuffle.partitions": partitions,
        "spark.ui.enabled": False,
        "spark.ui.showConsoleProgress": False,
    }
    session = SparkSession.builder.master(f"local[{settings.threads}]").config(map=config).getOrCreate()
    return timed(lambda count: spark_counts(session, operation, count, partitions), rows)


def timed(run: Callable[[int], Counts], rows: int) -> Measured:
    run(min(rows, WARM_UP))
    begin = time.monotonic()
    counts = run(rows)
    return time.monotonic() - begin, counts


@dataclass(frozen=True)
class System:
    name: str
    package: str
    measure: Callable[[str, int, Settings], Measured]


SYSTEMS = {"duckdb": System("DuckDB", "duckdb", measure_duckdb), "spark": System("Spark", "pyspark", measure_spark)}


def attempt(system: str, operation: str, rows: int, settings: Settings) -> Union[Measured, str]:
    """The error as a text if there is one: not all exceptions can be sent to another process."""
    try:
        return SYSTEMS[system].measure(operation, rows, settings)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def attempt_apart(system: str, operation: str, rows: int, options: argparse.Namespace) -> Union[Measured, str]:
    """In a process of its own, whose end by a signal is an error like others."""
    # Spark's JVM ends a little later than the process, and may still write.
    scratch = tempfile.TemporaryDirectory(dir=options.temp, ignore_cleanup_errors=True)
    with scratch as folder, ProcessPoolExecutor(1) as pool:
        settings = Settings(options.memory, options.threads, folder, options.ranges)
        try:
            return pool.submit(attempt, system, operation, rows, settings).result()
        except BrokenProcessPool:
            return "the process was killed"


def measure(name: str, options: argparse.Namespace) -> bool:
    """Prints a line for each ratio; returns whether all counts are right."""
    operation, system = OPERATIONS[name], SYSTEMS[options.system]
    right = True
    first: Optional[float] = None  # the time for a byte at the first ratio
    for ratio in options.ratios:
        elements = int(ratio * options.memory / operation.element_bytes)
        rows = elements // operation.sides
        fields = f"system={system.name} operation={name} ratio={ratio:g}"
        result = attempt_apart(options.system, name, rows, options)
        if isinstance(result, str):
            text = " ".join(result.replace('"', "'").split())
            print(f'FAILED {fields} error="{text[:300]}"', flush=True)
            continue
        seconds, counts = result
        if counts != operation.counts(rows):
            print(f"memory_peers.py: {fields}: {counts} instead of {operation.counts(rows)}", file=sys.stderr)
            right = False
            continue
        size = elements * operation.element_bytes
        first = first or seconds / size
        per_byte = seconds / size / first
        print(f"RESULT {fields} bytes={size} seconds={seconds:.3f} per_byte={per_byte:.2f}", flush=True)
    return right


def byte_count(text: str) -> int:
    number, unit = (text[:-3], UNITS[text[-3:]]) if text[-3:] in UNITS else (text, 1)
    value = int(float(number) * unit)
    if value < 2**20:
        raise argparse.ArgumentTypeError(f"{text} is less than 1MiB")
    return value


def positive(kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text} is not positive")
        return value

    return parse


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--system", choices=list(SYSTEMS), default="duckdb", help="by default duckdb")
    parser.add_argument(
        "--memory", type=byte_count, default="256MiB", metavar="BYTES", help="as 1e9 or 64MiB; by default 256MiB"
    )
    parser.add_argument("--threads", type=positive(int), default=2, metavar="N", help="by default 2")
    parser.add_argument("--temp", metavar="DIR", help="for scratch files; by default $TMPDIR or /tmp")
    parser.add_argument(
        "--ratios", type=positive(float), nargs="+", default=[0.5, 1, 2, 4, 8], metavar="R", help="data over memory"
    )
    parser.add_argument(
        "--operations", nargs="+", choices=list(OPERATIONS), default=list(OPERATIONS), metavar="NAME", help="which"
    )
    parser.add_argument("--ranges", type=positive(int), default=1, metavar="N", help="DuckDB: data are a union of N")
    options = parser.parse_args()
    if min(options.ratios) * options.memory < LEAST:
        parser.error(f"a ratio of {min(options.ratios):g} is less than {LEAST} bytes")
    return options


def main() -> int:
    options = arguments()
    system = SYSTEMS[options.system]
    try:
        found = version(system.package)
    except PackageNotFoundError:
        print(f"memory_peers.py: {system.package} is missing: pip install {system.package}", file=sys.stderr)
        return 2
    print(
        f"memory_peers.py: {system.name} {found}, {options.threads} threads, {options.memory / 1e6:.0f} MB; "
        "ratio: bytes of data over memory; per_byte: time over that of the first ratio",
        flush=True,
    )
    right = [measure(name, options) for name in options.operations]
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
