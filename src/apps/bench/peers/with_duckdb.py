"""The rows in DuckDB, as SQL. The database is in memory."""
from __future__ import annotations

import shutil
import time
from typing import Any, Dict, Sequence

from rows import (
    CLUSTERS,
    DAMPING,
    FEW_KEYS,
    HALF,
    ITERATIONS,
    MASK,
    Measured,
    Program,
    Setup,
    check_of,
    saved_check,
    timed,
)

PACKAGE = "duckdb"
TITLE = "DuckDB"
SKIPPED = {
    "tera_sort": "reads no binary records",
    "eight_partitions": "a query has no partitions",
    "many_partitions": "a query has no partitions",
    "many_blocks": "a query has no partitions",
}

MACROS = f"""
    CREATE MACRO spread(i) AS (i * 1103515245 + 12345) & {MASK};
    CREATE MACRO mixed(x) AS (xor(x, x >> 16) * 73244475) & {MASK};
    CREATE MACRO finished(x) AS xor(x, x >> 15);
    CREATE MACRO draw(i) AS finished(mixed(spread(i)));
    CREATE MACRO key_at(i, keys) AS (draw(i) * keys) >> 31;
    CREATE MACRO number_at(i) AS draw(i) * 2147483648 + draw(i + {HALF}) - 2305843009213693952;
    CREATE MACRO real_at(i) AS draw(i)::DOUBLE - {HALF} + draw(i + {HALF})::DOUBLE / 2147483648;
    CREATE MACRO text_at(i) AS printf('%08d%08d', draw(i) % 100000000, draw(i + {HALF}) % 100000000);
"""
LINES = r"columns = {'line': 'VARCHAR'}, delim = E'\x01', quote = '', escape = '', header = false, auto_detect = false"


def start(setup: Setup) -> Any:
    import duckdb

    connection = duckdb.connect(config={"threads": setup.threads})
    connection.execute(MACROS)
    return connection


def numbers(setup: Setup, end: int) -> str:
    """A subquery of the numbers i from 0. DuckDB runs a range() on one thread."""
    cuts = [end * part // setup.threads for part in range(setup.threads + 1)]
    return "(" + " UNION ALL ".join(f"SELECT i FROM range({a}, {b}) t(i)" for a, b in zip(cuts, cuts[1:])) + ")"


def answer(connection: Any, query: str) -> Sequence[Any]:
    return connection.execute(query).fetchone()


def totals(connection: Any, query: str) -> str:
    """The check of a query for `total`s."""
    return check_of(*answer(connection, f"SELECT count(*), sum(total), sum(total % 1009) FROM ({query})"))


def pairs(setup: Setup, count: int, keys: int, first: int = 0) -> str:
    return f"SELECT key_at(i + {first}, {keys}) AS key, i AS value FROM {numbers(setup, count)}"


REDUCED = "SELECT key, sum(value) AS total FROM {pairs} GROUP BY key"


def reduced(connection: Any, setup: Setup, keys: int) -> Measured:
    query = REDUCED.format(pairs=f"({pairs(setup, setup.of(1e8), keys)})")
    return timed(lambda: totals(connection, query))


def reduced_cached(connection: Any, setup: Setup, keys: int) -> Measured:
    connection.execute(f"CREATE OR REPLACE TABLE pairs AS {pairs(setup, setup.of(1e8), keys)}")
    return timed(lambda: totals(connection, REDUCED.format(pairs="pairs")))


def grouped(connection: Any, source: str) -> Measured:
    groups = f"SELECT key, list(value) AS members FROM ({source}) GROUP BY key"
    return timed(lambda: totals(connection, f"SELECT list_sum(members) AS total FROM ({groups})"))


def group_by_key(connection: Any, setup: Setup) -> Measured:
    return grouped(connection, pairs(setup, setup.of(2e7), setup.of(1e6)))


def group_by_text_key(connection: Any, setup: Setup) -> Measured:
    key = f"printf('key%07d', key_at(i, {setup.of(1e6)}))"
    return grouped(connection, f"SELECT {key} AS key, i AS value FROM {numbers(setup, setup.of(2e7))}")


def distinct(connection: Any, setup: Setup) -> Measured:
    values = f"SELECT DISTINCT key_at(i, {setup.of(1e7)}) AS total FROM {numbers(setup, setup.of(5e7))}"
    return timed(lambda: totals(connection, values))


def cogroup(connection: Any, setup: Setup) -> Measured:
    rows, keys = setup.of(1e7), setup.of(1e6)
    groups = "(SELECT key, list(value) AS members FROM ({}) GROUP BY key)"
    left, right = (groups.format(pairs(setup, rows, keys, first)) for first in (0, rows))
    total = "list_sum(l.members) * len(r.members) + list_sum(r.members) * len(l.members)"
    query = f"SELECT coalesce({total}, 0) AS total FROM {left} l FULL JOIN {right} r USING (key)"
    return timed(lambda: totals(connection, query))


def sides(setup: Setup) -> Dict[str, str]:
    keys = setup.of(1e6)
    small = f"SELECT i AS key, 3 * i + 1 AS price FROM {numbers(setup, keys)}"
    return {"large": pairs(setup, setup.of(2e7), keys), "small": small}


JOINED = "SELECT value + price AS total FROM {} JOIN {} USING (key)"


def join(connection: Any, setup: Setup) -> Measured:
    query = JOINED.format(*(f"({side})" for side in sides(setup).values()))
    return timed(lambda: totals(connection, query))


def join_cached(connection: Any, setup: Setup, left: str = "large", right: str = "small") -> Measured:
    for name, query in sides(setup).items():
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")
    return timed(lambda: totals(connection, JOINED.format(left, right)))


def broadcast(connection: Any, setup: Setup) -> Measured:
    keys = setup.of(1e6)
    connection.execute(f"CREATE OR REPLACE TABLE prices AS {sides(setup)['small']}")
    lookups = f"SELECT key_at(i, {keys}) AS key FROM {numbers(setup, setup.of(1e8))}"
    query = f"SELECT sum(price) FROM ({lookups}) JOIN prices USING (key)"
    return timed(lambda: check_of(*answer(connection, query)))


def sort(connection: Any, setup: Setup, make: str, whole: str, key: str, count: float) -> Measured:
    """Into another table; its order is checked afterwards. `make` selects, `whole` is an integer of a row."""
    connection.execute(f"CREATE OR REPLACE TABLE data AS SELECT {make} FROM {numbers(setup, setup.of(count))}")
    seconds, _ = timed(lambda: str(connection.execute(f"CREATE OR REPLACE TABLE sorted AS FROM data ORDER BY {key}")))
    found, unordered, total = answer(
        connection,
        f"SELECT count(*), count(*) FILTER (WHERE {key} < before), sum({whole})"
        f" FROM (SELECT *, lag({key}) OVER () AS before FROM sorted)",
    )
    return seconds, check_of(found, unordered, int(total) % 2**64)


def sort_numbers(connection: Any, setup: Setup) -> Measured:
    return sort(connection, setup, "number_at(i) AS value", "value", "value", 5e7)


def sort_reals(connection: Any, setup: Setup) -> Measured:
    return sort(connection, setup, "real_at(i) AS value", "floor(value)::BIGINT", "value", 5e7)


def sort_by_text_key(connection: Any, setup: Setup) -> Measured:
    attached = "right(key, 8)::BIGINT % 1009 * value"
    return sort(connection, setup, "text_at(i) AS key, i AS value", attached, "key", 1e7)


def word_count(connection: Any, setup: Setup) -> Measured:
    words = f"SELECT unnest(string_split(line, ' ')) AS word FROM read_csv('{setup.text}', {LINES})"
    counts = f"SELECT word, count(*) AS times FROM ({words}) GROUP BY word"
    query = f"SELECT sum(times), count(*), sum(length(word) * times), max(times) FROM ({counts})"
    return timed(lambda: check_of(*answer(connection, query)))


def lines(connection: Any, setup: Setup) -> Measured:
    return timed(lambda: check_of(*answer(connection, f"SELECT count(*) FROM read_csv('{setup.text}', {LINES})")))


def gzip_lines(connection: Any, setup: Setup) -> Measured:
    files = setup.data / "gzip" / "*.gz"
    return timed(lambda: check_of(*answer(connection, f"SELECT count(*) FROM read_csv('{files}', {LINES})")))


def save_as_text(connection: Any, setup: Setup) -> Measured:
    folder = setup.data / "saved_by_duckdb"
    shutil.rmtree(folder, ignore_errors=True)
    query = pairs(setup, setup.of(1e7), setup.of(1e6))
    command = f"COPY ({query}) TO '{folder}' (FORMAT csv, HEADER false, PER_THREAD_OUTPUT true)"
    seconds, _ = timed(lambda: str(connection.execute(command)))
    check = saved_check(folder)
    shutil.rmtree(folder)
    return seconds, check


def page_rank(connection: Any, setup: Setup) -> Measured:
    def work() -> str:
        columns = "columns = {'source': 'BIGINT', 'target': 'BIGINT'}, delim = ' ', header = false, auto_detect = false"
        run = connection.execute
        run(f"CREATE OR REPLACE TABLE edges AS SELECT DISTINCT * FROM read_csv('{setup.data}/edges/part-*', {columns})")
        run("CREATE OR REPLACE TABLE vertices AS SELECT source AS id FROM edges UNION SELECT target FROM edges")
        run("CREATE OR REPLACE TABLE links AS SELECT *, 1e0 / count(*) OVER (PARTITION BY source) AS share FROM edges")
        (count,) = answer(connection, "SELECT count(*) FROM vertices")
        run(f"CREATE OR REPLACE TABLE ranks AS SELECT id, 1e0 / {count} AS rank FROM vertices")
        for _ in range(ITERATIONS):
            run(
                "CREATE OR REPLACE TABLE received AS SELECT target AS id, sum(rank * share) AS received"
                " FROM links JOIN ranks ON source = id GROUP BY target"
            )
            (passed_on,) = answer(connection, "SELECT sum(received) FROM received")
            rest = (1 - DAMPING * passed_on) / count
            run(
                f"CREATE OR REPLACE TABLE ranks AS SELECT id, {rest!r} + {DAMPING}::DOUBLE * coalesce(received, 0) AS rank"
                " FROM vertices LEFT JOIN received USING (id)"
            )
        (squares,) = answer(connection, "SELECT sum(rank * rank) FROM ranks")
        return check_of(count, f"{squares:.9e}")

    return timed(work)


def k_means(connection: Any, setup: Setup) -> Measured:
    axes = ["x", "y", "z", "w"]

    def work() -> str:
        columns = ", ".join(f"'{axis}': 'DOUBLE'" for axis in axes)
        source = f"read_csv('{setup.data}/points/part-*', columns = {{{columns}}}, delim = ' ', header = false, auto_detect = false)"
        connection.execute(f"CREATE OR REPLACE TABLE points AS FROM {source}")
        centres = connection.execute(f"FROM points LIMIT {CLUSTERS}").fetchall()
        for _ in range(ITERATIONS):
            means = ", ".join(f"avg({axis})" for axis in axes)
            moved = connection.execute(
                f"SELECT list_position(distances, list_min(distances)) AS nearest, {means}"
                f" FROM (SELECT *, {distances(centres)} AS distances FROM points) GROUP BY nearest"
            ).fetchall()
            for nearest, *mean in moved:
                centres[nearest - 1] = mean
        return check_of(*answer(connection, f"SELECT count(*), sum(list_min({distances(centres)})) FROM points"))

    def distances(centres: Sequence[Sequence[float]]) -> str:
        to_each = (
            " + ".join(f"({axis} - {at!r}::DOUBLE) ** 2" for axis, at in zip(axes, centre)) for centre in centres
        )
        return "[" + ", ".join(to_each) + "]"

    return timed(work)


def pipeline(connection: Any, setup: Setup) -> Measured:
    source = numbers(setup, setup.of(1e9))
    query = f"SELECT sum(x - 2) FROM (SELECT 3 * i + 1 AS x FROM {source}) WHERE x % 7 <> 0"
    return timed(lambda: check_of(*answer(connection, query)))


def pi(connection: Any, setup: Setup) -> Measured:
    samples = setup.of(1e9)
    query = f"SELECT count(*) FROM {numbers(setup, samples)} WHERE random() ** 2 + random() ** 2 < 1"
    return timed(lambda: f"{4 * answer(connection, query)[0] / samples:.9f}")


def cartesian(connection: Any, setup: Setup) -> Measured:
    side = numbers(setup, setup.side)
    query = f"SELECT count(*) FROM {side} a, {side} b WHERE (a.i + b.i) % 7 = 0"
    return timed(lambda: check_of(*answer(connection, query)))


def cache_sums(connection: Any, setup: Setup) -> Measured:
    def work() -> str:
        connection.execute(f"CREATE OR REPLACE TABLE numbers AS SELECT i FROM {numbers(setup, setup.of(1e8))}")
        return check_of(sum(answer(connection, "SELECT sum(i) FROM numbers")[0] for _ in range(10)))

    return timed(work)


def collect(connection: Any, setup: Setup) -> Measured:
    begin = time.perf_counter()
    query = f"SELECT 3 * i + 1 AS x FROM {numbers(setup, setup.of(1e7))}"
    collected = connection.execute(query).fetchnumpy()["x"]
    return time.perf_counter() - begin, check_of(len(collected), collected.sum())


def small_counts(connection: Any, setup: Setup) -> Measured:
    jobs = setup.of(1000)
    connection.execute("CREATE OR REPLACE TABLE numbers AS SELECT i FROM range(1000) t(i)")
    answer(connection, "SELECT count(*) FROM numbers")
    seconds, check = timed(
        lambda: check_of(sum(answer(connection, "SELECT count(*) FROM numbers")[0] for _ in range(jobs)) // jobs)
    )
    return seconds / jobs, check


def nothing(connection: Any, setup: Setup) -> Measured:
    return timed(lambda: check_of(*answer(connection, "SELECT 0")))


ROWS: Dict[str, Program] = {
    "word_count": word_count,
    "reduce_by_key": lambda connection, setup: reduced(connection, setup, setup.of(1e6)),
    "reduce_by_key_cached": lambda connection, setup: reduced_cached(connection, setup, setup.of(1e6)),
    "reduce_by_few_keys": lambda connection, setup: reduced(connection, setup, FEW_KEYS),
    "reduce_by_few_keys_cached": lambda connection, setup: reduced_cached(connection, setup, FEW_KEYS),
    "group_by_key": group_by_key,
    "group_by_text_key": group_by_text_key,
    "distinct": distinct,
    "cogroup": cogroup,
    "join": join,
    "join_cached": join_cached,
    "join_cached_small_left": lambda connection, setup: join_cached(connection, setup, "small", "large"),
    "broadcast_vector": broadcast,
    "sort_numbers": sort_numbers,
    "sort_reals": sort_reals,
    "sort_by_text_key": sort_by_text_key,
    "page_rank": page_rank,
    "k_means": k_means,
    "pipeline": pipeline,
    "pi_by_filter": pi,
    "cartesian": cartesian,
    "cache_sums": cache_sums,
    "collect": collect,
    "lines": lines,
    "gzip_lines": gzip_lines,
    "save_as_text": save_as_text,
    "small_counts": small_counts,
    "nothing": nothing,
}
