"""The rows in Bodo: compiled Pandas code on as many MPI ranks as threads. A function measures its work itself, once
the data is there; it first runs on a few rows, which compiles it."""
from __future__ import annotations

import os
from typing import Any, Callable, Dict

from rows import FEW_KEYS, HALF, MASK, Measured, Program, Setup, check_of

PACKAGE = "bodo"
TITLE = "Bodo"
NO_LISTS = "groups of Pandas are no lists"
NO_PARTITIONS = "Pandas code has no partitions"
NOT_WRITTEN = "not written: its users compile Pandas code on tables"
SKIPPED = {
    "group_by_key": NO_LISTS,
    "group_by_text_key": NO_LISTS,
    "cogroup": NO_LISTS,
    "eight_partitions": NO_PARTITIONS,
    "many_partitions": NO_PARTITIONS,
    "many_blocks": NO_PARTITIONS,
    **{
        row: NOT_WRITTEN
        for row in (
            "word_count",
            "join",
            "broadcast_vector",
            "sort_by_text_key",
            "tera_sort",
            "page_rank",
            "k_means",
            "cartesian",
            "collect",
            "lines",
            "gzip_lines",
            "save_as_text",
            "small_counts",
        )
    },
}
WARM_UP = 1000  # rows


class Session:
    """The compiled functions. Each returns the seconds and the numbers of the check."""

    def __init__(self, bodo: Any) -> None:
        import time

        import numpy as np
        import pandas as pd

        @bodo.jit(inline="always")
        def draw(i):
            x = (i * 1103515245 + 12345) & MASK
            y = ((x ^ (x >> 16)) * 73244475) & MASK
            return y ^ (y >> 15)

        @bodo.jit
        def reduce_generated(count, keys):
            begin = time.time()
            i = np.arange(count)
            pairs = pd.DataFrame({"key": draw(i) * keys >> 31, "value": i})
            sums = pairs.groupby("key", as_index=False)["value"].sum()["value"]
            found = (len(sums), sums.sum(), (sums % 1009).sum())
            return time.time() - begin, found

        @bodo.jit
        def pairs_of(count, keys):
            i = np.arange(count)
            return pd.DataFrame({"key": draw(i) * keys >> 31, "value": i})

        @bodo.jit
        def reduce_cached(pairs):
            begin = time.time()
            sums = pairs.groupby("key", as_index=False)["value"].sum()["value"]
            found = (len(sums), sums.sum(), (sums % 1009).sum())
            return time.time() - begin, found

        @bodo.jit
        def distinct(count, values):
            begin = time.time()
            numbers = pd.DataFrame({"value": draw(np.arange(count)) * values >> 31}).drop_duplicates()["value"]
            found = (len(numbers), numbers.sum(), (numbers % 1009).sum())
            return time.time() - begin, found

        @bodo.jit
        def prices_of(keys):
            key = np.arange(keys)
            return pd.DataFrame({"key": key, "price": 3 * key + 1})

        @bodo.jit
        def join(left, right):
            begin = time.time()
            rows = left.merge(right, on="key")
            total = rows["value"] + rows["price"]
            found = (len(total), total.sum(), (total % 1009).sum())
            return time.time() - begin, found

        @bodo.jit
        def numbers_of(count):
            i = np.arange(count)
            return pd.DataFrame({"value": draw(i) * 2147483648 + draw(i + HALF) - 2305843009213693952})

        @bodo.jit
        def reals_of(count):
            i = np.arange(count)
            return pd.DataFrame({"value": draw(i).astype(np.float64) - HALF + draw(i + HALF) / 2147483648.0})

        @bodo.jit
        def sort(data):
            begin = time.time()
            result = data.sort_values("value")
            return time.time() - begin, result

        @bodo.jit
        def ascent(data):
            value = data["value"]
            unordered = (value.shift(1) > value).sum()
            return len(value), unordered, np.floor(value).astype(np.int64).sum()

        @bodo.jit
        def pipeline(count):
            begin = time.time()
            total = 0
            for i in bodo.prange(count):
                x = 3 * i + 1
                if x % 7 != 0:
                    total += x - 2
            return time.time() - begin, (total,)

        @bodo.jit
        def pi(count):
            begin = time.time()
            inside = (np.random.ranf(count) ** 2 + np.random.ranf(count) ** 2 < 1).sum()
            return time.time() - begin, 4.0 * inside / count

        @bodo.jit
        def cache_sums(count):
            begin = time.time()
            numbers = pd.Series(np.arange(count))
            total = 0
            for _ in range(10):
                total += numbers.sum()
            return time.time() - begin, (total,)

        self.functions = {name: value for name, value in locals().items() if name not in ("self", "bodo")}

    def __getattr__(self, name: str) -> Any:
        return self.functions[name]


def start(setup: Setup) -> Session:
    os.environ["BODO_NUM_WORKERS"] = str(setup.threads)  # read when the package is imported
    import bodo

    return Session(bodo)


Sizes = Callable[[float], int]  # from a full run's to this one's


def measured(work: Callable[[Sizes], Any], setup: Setup) -> Measured:
    """`work(of)` returns seconds and the numbers of the check."""
    work(lambda full: WARM_UP)
    seconds, found = work(setup.of)
    return float(seconds), check_of(*found)


def generated(name: str, *sizes: float) -> Program:
    return lambda bodo, setup: measured(lambda of: getattr(bodo, name)(*map(of, sizes)), setup)


def reduce_by_few_keys(bodo: Session, setup: Setup) -> Measured:
    return measured(lambda of: bodo.reduce_generated(of(1e8), FEW_KEYS), setup)


def reduce_by_key_cached(bodo: Session, setup: Setup) -> Measured:
    return measured(lambda of: bodo.reduce_cached(bodo.pairs_of(of(1e8), of(1e6))), setup)


def reduce_by_few_keys_cached(bodo: Session, setup: Setup) -> Measured:
    return measured(lambda of: bodo.reduce_cached(bodo.pairs_of(of(1e8), FEW_KEYS)), setup)


def join_cached(bodo: Session, setup: Setup) -> Measured:
    return measured(lambda of: bodo.join(bodo.pairs_of(of(2e7), of(1e6)), bodo.prices_of(of(1e6))), setup)


def join_cached_small_left(bodo: Session, setup: Setup) -> Measured:
    return measured(lambda of: bodo.join(bodo.prices_of(of(1e6)), bodo.pairs_of(of(2e7), of(1e6))), setup)


def sort(make: Callable[[int], Any], bodo: Session, setup: Setup) -> Measured:
    def work(of: Sizes) -> Any:
        seconds, result = bodo.sort(make(of(5e7)))
        count, unordered, total = bodo.ascent(result)
        return seconds, (count, unordered, int(total) % 2**64)

    return measured(work, setup)


def pi(bodo: Session, setup: Setup) -> Measured:
    bodo.pi(WARM_UP)
    seconds, estimate = bodo.pi(setup.of(1e9))
    return float(seconds), f"{estimate:.9f}"


def nothing(bodo: Session, setup: Setup) -> Measured:
    return 0.0, "0"


ROWS: Dict[str, Program] = {
    "reduce_by_key": generated("reduce_generated", 1e8, 1e6),
    "reduce_by_key_cached": reduce_by_key_cached,
    "reduce_by_few_keys": reduce_by_few_keys,
    "reduce_by_few_keys_cached": reduce_by_few_keys_cached,
    "distinct": generated("distinct", 5e7, 1e7),
    "join_cached": join_cached,
    "join_cached_small_left": join_cached_small_left,
    "sort_numbers": lambda bodo, setup: sort(bodo.numbers_of, bodo, setup),
    "sort_reals": lambda bodo, setup: sort(bodo.reals_of, bodo, setup),
    "pipeline": generated("pipeline", 1e9),
    "pi_by_filter": pi,
    "cache_sums": generated("cache_sums", 1e8),
    "nothing": nothing,
}
