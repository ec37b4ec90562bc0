"""The rows in Polars: lazy frames and the streaming engine, eager frames for what is cached."""
from __future__ import annotations

import os
import shutil
import time
from typing import Any, Dict

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

PACKAGE = "polars"
TITLE = "Polars"
SKIPPED = {
    "tera_sort": "reads no binary records",
    "eight_partitions": "a query has no partitions",
    "many_partitions": "a query has no partitions",
    "many_blocks": "a query has no partitions",
}


def start(setup: Setup) -> Any:
    os.environ["POLARS_MAX_THREADS"] = str(setup.threads)  # read when the package is imported
    import polars

    return polars


def draw(i: Any) -> Any:
    x = (i * 1103515245 + 12345) & MASK
    x = ((x ^ (x // 2**16)) * 73244475) & MASK
    return x ^ (x // 2**15)


def key_at(i: Any, keys: int) -> Any:
    return draw(i) * keys // 2**31


def numbers(pl: Any, end: int) -> Any:
    """A lazy frame of the numbers i from 0."""
    return pl.LazyFrame().select(pl.int_range(end).alias("i"))


def rows(frame: Any) -> Any:
    return frame.collect(engine="streaming")


def totals(pl: Any, frame: Any) -> str:
    """The check of a lazy frame with a column `total`."""
    total = pl.col("total")
    return check_of(*rows(frame.select(pl.len(), total.sum().alias("sum"), (total % 1009).sum().alias("rests"))).row(0))


def pairs(pl: Any, count: int, keys: int, first: int = 0) -> Any:
    return numbers(pl, count).select(key_at(pl.col("i") + first, keys).alias("key"), pl.col("i").alias("value"))


def summed(pl: Any, frame: Any) -> str:
    return totals(pl, frame.group_by("key").agg(pl.col("value").sum().alias("total")))


def reduced(pl: Any, setup: Setup, keys: int) -> Measured:
    return timed(lambda: summed(pl, pairs(pl, setup.of(1e8), keys)))


def reduced_cached(pl: Any, setup: Setup, keys: int) -> Measured:
    cached = rows(pairs(pl, setup.of(1e8), keys))
    return timed(lambda: summed(pl, cached.lazy()))


def grouped(pl: Any, frame: Any) -> Measured:
    members = pl.col("members")
    groups = frame.group_by("key").agg(pl.col("value").alias("members"))
    return timed(lambda: totals(pl, groups.select(members.list.sum().alias("total"))))


def group_by_key(pl: Any, setup: Setup) -> Measured:
    return grouped(pl, pairs(pl, setup.of(2e7), setup.of(1e6)))


def group_by_text_key(pl: Any, setup: Setup) -> Measured:
    key = pl.lit("key") + key_at(pl.col("i"), setup.of(1e6)).cast(pl.String).str.zfill(7)
    return grouped(pl, numbers(pl, setup.of(2e7)).select(key.alias("key"), pl.col("i").alias("value")))


def distinct(pl: Any, setup: Setup) -> Measured:
    values = numbers(pl, setup.of(5e7)).select(key_at(pl.col("i"), setup.of(1e7)).alias("total"))
    return timed(lambda: totals(pl, values.unique()))


def cogroup(pl: Any, setup: Setup) -> Measured:
    count, keys = setup.of(1e7), setup.of(1e6)
    left = pairs(pl, count, keys).group_by("key").agg(pl.col("value").alias("lefts"))
    right = pairs(pl, count, keys, count).group_by("key").agg(pl.col("value").alias("rights"))
    lefts, rights = pl.col("lefts").list, pl.col("rights").list
    total = lefts.sum() * rights.len() + rights.sum() * lefts.len()
    both = left.join(right, on="key", how="full", coalesce=True)
    return timed(lambda: totals(pl, both.select(total.fill_null(0).cast(pl.Int64).alias("total"))))


def sides(pl: Any, setup: Setup) -> Any:
    keys = setup.of(1e6)
    small = numbers(pl, keys).select(pl.col("i").alias("key"), (3 * pl.col("i") + 1).alias("price"))
    return pairs(pl, setup.of(2e7), keys), small


def joined(pl: Any, left: Any, right: Any) -> Measured:
    total = (pl.col("value") + pl.col("price")).alias("total")
    return timed(lambda: totals(pl, left.join(right, on="key").select(total)))


def join(pl: Any, setup: Setup) -> Measured:
    return joined(pl, *sides(pl, setup))


def join_cached(pl: Any, setup: Setup) -> Measured:
    large, small = (rows(side).lazy() for side in sides(pl, setup))
    return joined(pl, large, small)


def join_cached_small_left(pl: Any, setup: Setup) -> Measured:
    large, small = (rows(side).lazy() for side in sides(pl, setup))
    return joined(pl, small, large)


def broadcast(pl: Any, setup: Setup) -> Measured:
    prices = rows(sides(pl, setup)[1]).lazy()
    lookups = numbers(pl, setup.of(1e8)).select(key_at(pl.col("i"), setup.of(1e6)).alias("key"))
    return timed(lambda: check_of(rows(lookups.join(prices, on="key").select(pl.col("price").sum())).item()))


def sort(pl: Any, setup: Setup, count: float, columns: Dict[str, Any], whole: Any) -> Measured:
    """By the first column. The order is checked afterwards; `whole` is an integer of a row."""
    data = rows(numbers(pl, setup.of(count)).select(**columns))
    key = next(iter(columns))
    begin = time.perf_counter()
    result = data.sort(key)
    seconds = time.perf_counter() - begin
    unordered = (result[key].slice(1) < result[key].slice(0, len(result) - 1)).sum()
    total = result.select(whole.sum()).item()
    return seconds, check_of(len(result), unordered, total % 2**64)


def number_at(i: Any) -> Any:
    return draw(i) * 2**31 + draw(i + HALF) - 2**61


def sort_numbers(pl: Any, setup: Setup) -> Measured:
    return sort(pl, setup, 5e7, {"value": number_at(pl.col("i"))}, pl.col("value"))


def sort_reals(pl: Any, setup: Setup) -> Measured:
    i = pl.col("i")
    value = draw(i).cast(pl.Float64) - HALF + draw(i + HALF).cast(pl.Float64) / 2**31
    return sort(pl, setup, 5e7, {"value": value}, pl.col("value").floor().cast(pl.Int64))


def sort_by_text_key(pl: Any, setup: Setup) -> Measured:
    def digits(number: Any) -> Any:
        return (number % 10**8).cast(pl.String).str.zfill(8)

    key = digits(draw(pl.col("i"))) + digits(draw(pl.col("i") + HALF))
    attached = pl.col("key").str.slice(8).cast(pl.Int64) % 1009 * pl.col("value")
    return sort(pl, setup, 1e7, {"key": key, "value": pl.col("i")}, attached)


def word_count(pl: Any, setup: Setup) -> Measured:
    def work() -> str:
        words = pl.scan_lines(setup.text, name="line").select(pl.col("line").str.split(" ").explode().alias("word"))
        counts = words.group_by("word").agg(pl.len().alias("times"))
        times, length = pl.col("times"), pl.col("word").str.len_bytes()
        sums = {"words": times.sum(), "distinct": pl.len(), "letters": (length * times).sum(), "most": times.max()}
        return check_of(*rows(counts.select(**{name: value.cast(pl.Int64) for name, value in sums.items()})).row(0))

    return timed(work)


def lines(pl: Any, setup: Setup) -> Measured:
    return timed(lambda: check_of(rows(pl.scan_lines(setup.text).select(pl.len())).item()))


def gzip_lines(pl: Any, setup: Setup) -> Measured:
    files = sorted((setup.data / "gzip").glob("*.gz"))
    return timed(lambda: check_of(rows(pl.scan_lines(files).select(pl.len())).item()))


def save_as_text(pl: Any, setup: Setup) -> Measured:
    folder = setup.data / "saved_by_polars"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    frame = pairs(pl, setup.of(1e7), setup.of(1e6))
    seconds, _ = timed(lambda: str(frame.sink_csv(folder / "pairs.csv", include_header=False)))
    check = saved_check(folder)
    shutil.rmtree(folder)
    return seconds, check


def page_rank(pl: Any, setup: Setup) -> Measured:
    def work() -> str:
        schema = {"source": pl.Int64, "target": pl.Int64}
        files = setup.data / "edges" / "part-*"
        edges = rows(pl.scan_csv(files, has_header=False, separator=" ", schema=schema).unique())
        vertices = pl.concat([edges["source"], edges["target"]]).unique().alias("id").to_frame()
        links = edges.with_columns(share=1.0 / pl.len().over("source"))
        count = len(vertices)
        ranks = vertices.with_columns(rank=pl.lit(1.0 / count))
        for _ in range(ITERATIONS):
            shares = links.lazy().join(ranks.lazy(), left_on="source", right_on="id")
            received = shares.group_by(pl.col("target").alias("id")).agg(
                (pl.col("rank") * pl.col("share")).sum().alias("received")
            )
            received = rows(received)
            rest = (1 - DAMPING * received["received"].sum()) / count
            ranks = vertices.join(received, on="id", how="left").select(
                "id", rank=rest + DAMPING * pl.col("received").fill_null(0.0)
            )
        return check_of(count, f"{(ranks['rank'] ** 2).sum():.9e}")

    return timed(work)


def k_means(pl: Any, setup: Setup) -> Measured:
    axes = ["x", "y", "z", "w"]

    def distances(centres: Any) -> Any:
        return [
            sum(((pl.col(axis) - at) ** 2 for axis, at in zip(axes, centre)), start=pl.lit(0.0)) for centre in centres
        ]

    def work() -> str:
        schema = {axis: pl.Float64 for axis in axes}
        files = setup.data / "points" / "part-*"
        points = rows(pl.scan_csv(files, has_header=False, separator=" ", schema=schema))
        centres = [list(point) for point in points.head(CLUSTERS).rows()]
        for _ in range(ITERATIONS):
            nearest = pl.concat_list(distances(centres)).list.arg_min().alias("nearest")
            means = rows(points.lazy().group_by(nearest).agg(pl.col(axes).mean()))
            for cluster, *mean in means.rows():
                centres[cluster] = mean
        cost = rows(points.lazy().select(pl.min_horizontal(distances(centres)).sum())).item()
        return check_of(len(points), cost)

    return timed(work)


def pipeline(pl: Any, setup: Setup) -> Measured:
    x = pl.col("x")
    frame = numbers(pl, setup.of(1e9)).select((3 * pl.col("i") + 1).alias("x")).filter(x % 7 != 0).select((x - 2).sum())
    return timed(lambda: check_of(rows(frame).item()))


def pi(pl: Any, setup: Setup) -> Measured:
    """There are no random numbers in lazy frames: hashes of the numbers stand for them."""
    samples = setup.of(1e9)
    x, y = (pl.col("i").hash(seed).cast(pl.Float64) / 2**64 for seed in (1, 2))
    frame = numbers(pl, samples).filter(x * x + y * y < 1).select(pl.len())
    return timed(lambda: f"{4 * rows(frame).item() / samples:.9f}")


def cartesian(pl: Any, setup: Setup) -> Measured:
    side = numbers(pl, setup.side)
    frame = side.join(side, how="cross").filter((pl.col("i") + pl.col("i_right")) % 7 == 0).select(pl.len())
    return timed(lambda: check_of(rows(frame).item()))


def cache_sums(pl: Any, setup: Setup) -> Measured:
    def work() -> str:
        cached = pl.int_range(setup.of(1e8), eager=True)
        return check_of(sum(cached.sum() for _ in range(10)))

    return timed(work)


def collect(pl: Any, setup: Setup) -> Measured:
    begin = time.perf_counter()
    collected = rows(numbers(pl, setup.of(1e7)).select(3 * pl.col("i") + 1)).to_series()
    return time.perf_counter() - begin, check_of(len(collected), collected.sum())


def small_counts(pl: Any, setup: Setup) -> Measured:
    jobs = setup.of(1000)
    cached = pl.int_range(1000, eager=True).to_frame("i").lazy()
    count = cached.select(pl.col("i").count())
    seconds, check = timed(lambda: check_of(sum(count.collect().item() for _ in range(jobs)) // jobs))
    return seconds / jobs, check


def nothing(pl: Any, setup: Setup) -> Measured:
    return timed(lambda: check_of(pl.select(0).item()))


ROWS: Dict[str, Program] = {
    "word_count": word_count,
    "reduce_by_key": lambda pl, setup: reduced(pl, setup, setup.of(1e6)),
    "reduce_by_key_cached": lambda pl, setup: reduced_cached(pl, setup, setup.of(1e6)),
    "reduce_by_few_keys": lambda pl, setup: reduced(pl, setup, FEW_KEYS),
    "reduce_by_few_keys_cached": lambda pl, setup: reduced_cached(pl, setup, FEW_KEYS),
    "group_by_key": group_by_key,
    "group_by_text_key": group_by_text_key,
    "distinct": distinct,
    "cogroup": cogroup,
    "join": join,
    "join_cached": join_cached,
    "join_cached_small_left": join_cached_small_left,
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
