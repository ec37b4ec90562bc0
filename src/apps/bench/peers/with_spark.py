"""The rows in Spark's DataFrames, local mode, as many tasks at once as threads."""
from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Dict, Iterator

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

PACKAGE = "pyspark"
TITLE = "Spark"
SKIPPED = {"tera_sort": "DataFrames are not written as binary records; its RDDs are measured"}
MEMORY = "8g"  # of the heap


def start(setup: Setup) -> Any:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable  # of the workers
    config = {
        "spark.driver.memory": MEMORY,
        "spark.driver.maxResultSize": 0,
        "spark.sql.shuffle.partitions": 2 * setup.threads,
        "spark.ui.enabled": False,
        "spark.ui.showConsoleProgress": False,
        "spark.log.level": "ERROR",
    }
    session = SparkSession.builder.master(f"local[{setup.threads}]").config(map=config).getOrCreate()
    for name in ("rows.py", "with_rdd.py", "with_spark.py"):
        session.sparkContext.addPyFile(str(Path(__file__).with_name(name)))  # functions of them run in tasks
    return session


def warm_up(spark: Any) -> None:
    """The first query loads classes: it belongs to the start."""
    spark.range(1000).selectExpr("id % 7 AS key").groupBy("key").count().sort("key").collect()


def clean_up(spark: Any) -> None:
    """What is cached would serve the next query with the same plan."""
    spark.catalog.clearCache()


def draw(i: Any) -> Any:
    from pyspark.sql.functions import shiftright

    x = (i * 1103515245 + 12345).bitwiseAND(MASK)
    x = (x.bitwiseXOR(shiftright(x, 16)) * 73244475).bitwiseAND(MASK)
    return x.bitwiseXOR(shiftright(x, 15))


def key_at(i: Any, keys: int) -> Any:
    from pyspark.sql.functions import shiftright

    return shiftright(draw(i) * keys, 31)


def cached(frame: Any) -> Any:
    frame = frame.cache()
    frame.count()
    return frame


def totals(frame: Any) -> str:
    """The check of a frame with a column `total`."""
    from pyspark.sql import functions as f

    return check_of(*frame.agg(f.count("*"), f.sum("total"), f.sum(f.col("total") % 1009)).first())


def pairs(spark: Any, count: int, keys: int, first: int = 0) -> Any:
    numbers = spark.range(count)
    return numbers.select(key_at(numbers.id + first, keys).alias("key"), numbers.id.alias("value"))


def summed(frame: Any) -> str:
    from pyspark.sql import functions as f

    return totals(frame.groupBy("key").agg(f.sum("value").alias("total")))


def reduced(spark: Any, setup: Setup, keys: int) -> Measured:
    return timed(lambda: summed(pairs(spark, setup.of(1e8), keys)))


def reduced_cached(spark: Any, setup: Setup, keys: int) -> Measured:
    data = cached(pairs(spark, setup.of(1e8), keys))
    return timed(lambda: summed(data))


def members(frame: Any, name: str = "members") -> Any:
    from pyspark.sql import functions as f

    return frame.groupBy("key").agg(f.collect_list("value").alias(name))


def list_sum(name: str) -> Any:
    from pyspark.sql import functions as f

    return f.aggregate(name, f.lit(0).cast("long"), lambda total, x: total + x)


def grouped(frame: Any) -> Measured:
    return timed(lambda: totals(members(frame).select(list_sum("members").alias("total"))))


def group_by_key(spark: Any, setup: Setup) -> Measured:
    return grouped(pairs(spark, setup.of(2e7), setup.of(1e6)))


def group_by_text_key(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    numbers = spark.range(setup.of(2e7))
    key = f.format_string("key%07d", key_at(numbers.id, setup.of(1e6)))
    return grouped(numbers.select(key.alias("key"), numbers.id.alias("value")))


def distinct(spark: Any, setup: Setup) -> Measured:
    numbers = spark.range(setup.of(5e7))
    return timed(lambda: totals(numbers.select(key_at(numbers.id, setup.of(1e7)).alias("total")).distinct()))


def cogroup(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    count, keys = setup.of(1e7), setup.of(1e6)
    left = members(pairs(spark, count, keys), "lefts")
    right = members(pairs(spark, count, keys, count), "rights")
    total = list_sum("lefts") * f.size("rights") + list_sum("rights") * f.size("lefts")
    both = left.join(right, "key", "full").select(f.coalesce(total, f.lit(0)).alias("total"))
    return timed(lambda: totals(both))


def sides(spark: Any, setup: Setup) -> Any:
    keys = setup.of(1e6)
    numbers = spark.range(keys)
    return pairs(spark, setup.of(2e7), keys), numbers.select(
        numbers.id.alias("key"), (3 * numbers.id + 1).alias("price")
    )


def joined(left: Any, right: Any) -> Measured:
    from pyspark.sql import functions as f

    return timed(lambda: totals(left.join(right, "key").select((f.col("value") + f.col("price")).alias("total"))))


def join(spark: Any, setup: Setup) -> Measured:
    return joined(*sides(spark, setup))


def join_cached(spark: Any, setup: Setup) -> Measured:
    large, small = map(cached, sides(spark, setup))
    return joined(large, small)


def join_cached_small_left(spark: Any, setup: Setup) -> Measured:
    large, small = map(cached, sides(spark, setup))
    return joined(small, large)


def broadcast(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    prices = cached(sides(spark, setup)[1])
    numbers = spark.range(setup.of(1e8))
    lookups = numbers.select(key_at(numbers.id, setup.of(1e6)).alias("key"))
    return timed(lambda: check_of(*lookups.join(f.broadcast(prices), "key").agg(f.sum("price")).first()))


def sort(data: Any, whole: Any) -> Measured:
    """By the first column, into the cache. The order is checked afterwards; `whole` is an integer of a row."""
    from pyspark.sql import functions as f

    data = cached(data)
    key = data.columns[0]
    begin = time.perf_counter()
    result = cached(data.sort(key))
    seconds = time.perf_counter() - begin
    (total,) = result.agg(f.sum(whole.cast("decimal(38, 0)"))).first()
    kind = result.schema[key].dataType.simpleString()
    schema = f"count long, unordered long, first {kind}, last {kind}"
    rises = result.select(key).mapInArrow(rise, schema).collect()  # in the order of partitions
    between = sum(after[2] < before[3] for before, after in zip(rises, rises[1:]))
    counts, unordered, _, _ = zip(*rises)
    return seconds, check_of(sum(counts), sum(unordered) + between, int(total) % 2**64)


def rise(batches: Iterator[Any]) -> Iterator[Any]:
    """Of a partition, how many keys there are, how many are smaller than the one before, the first and the last."""
    import pyarrow
    from pyarrow import compute

    first = last = None
    count = unordered = 0
    for keys in (batch.column(0) for batch in batches if len(batch.column(0))):
        before, after = keys.slice(0, len(keys) - 1), keys.slice(1)
        unordered += compute.sum(compute.less(after, before)).as_py() or 0
        begin, end = keys[0].as_py(), keys[-1].as_py()
        unordered += count > 0 and begin < last
        first, last = (begin if count == 0 else first), end
        count += len(keys)
    if count:
        columns = {"count": [count], "unordered": [unordered], "first": [first], "last": [last]}
        yield pyarrow.RecordBatch.from_pydict(columns)


def sort_numbers(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    i = f.col("id")
    value = draw(i) * 2**31 + draw(i + HALF) - 2**61
    return sort(spark.range(setup.of(5e7)).select(value.alias("value")), f.col("value"))


def sort_reals(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    i = f.col("id")
    value = draw(i).cast("double") - HALF + draw(i + HALF).cast("double") / 2**31
    return sort(spark.range(setup.of(5e7)).select(value.alias("value")), f.floor("value"))


def sort_by_text_key(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    i = f.col("id")
    key = f.format_string("%08d%08d", draw(i) % 10**8, draw(i + HALF) % 10**8)
    attached = f.substring("key", 9, 8).cast("long") % 1009 * f.col("value")
    return sort(spark.range(setup.of(1e7)).select(key.alias("key"), i.alias("value")), attached)


def word_count(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    words = spark.read.text(str(setup.text)).select(f.explode(f.split("value", " ")).alias("word"))
    counts = words.groupBy("word").agg(f.count("*").alias("times"))
    letters = f.sum(f.length("word") * f.col("times"))
    return timed(lambda: check_of(*counts.agg(f.sum("times"), f.count("*"), letters, f.max("times")).first()))


def lines(spark: Any, setup: Setup) -> Measured:
    return timed(lambda: check_of(spark.read.text(str(setup.text)).count()))


def gzip_lines(spark: Any, setup: Setup) -> Measured:
    return timed(lambda: check_of(spark.read.text(str(setup.data / "gzip")).count()))


def save_as_text(spark: Any, setup: Setup) -> Measured:
    folder = setup.data / "saved_by_spark"
    shutil.rmtree(folder, ignore_errors=True)
    frame = pairs(spark, setup.of(1e7), setup.of(1e6))
    seconds, _ = timed(lambda: str(frame.write.csv(str(folder))))
    check = saved_check(folder)
    shutil.rmtree(folder)
    return seconds, check


def page_rank(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    def work() -> str:
        edges = spark.read.csv(str(setup.data / "edges"), "source long, target long", sep=" ").distinct().cache()
        vertices = edges.select(edges.source.alias("id")).union(edges.select("target")).distinct().cache()
        degrees = edges.groupBy("source").agg((1 / f.count("*")).alias("share"))
        links = edges.join(degrees, "source").cache()
        count = vertices.count()
        ranks = vertices.withColumn("rank", f.lit(1.0 / count))
        for _ in range(ITERATIONS):
            shares = links.join(ranks, links.source == ranks.id)
            received = shares.groupBy(links.target.alias("id")).agg(f.sum(f.col("rank") * f.col("share")).alias("got"))
            received = received.localCheckpoint()  # forgets the iterations before
            rest = (1 - DAMPING * received.agg(f.sum("got")).first()[0]) / count
            ranks = vertices.join(received, "id", "left").select(
                "id", (rest + DAMPING * f.coalesce("got", f.lit(0.0))).alias("rank")
            )
        return check_of(count, f"{ranks.agg(f.sum(f.col('rank') ** 2)).first()[0]:.9e}")

    return timed(work)


def k_means(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    axes = ["x", "y", "z", "w"]

    def distances(centres: Any) -> Any:
        return f.array(
            *(sum(((f.col(axis) - at) ** 2 for axis, at in zip(axes, centre)), f.lit(0.0)) for centre in centres)
        )

    def work() -> str:
        schema = ", ".join(f"{axis} double" for axis in axes)
        points = spark.read.csv(str(setup.data / "points"), schema, sep=" ").cache()
        centres = [list(point) for point in points.take(CLUSTERS)]
        for _ in range(ITERATIONS):
            each = points.withColumn("distances", distances(centres))
            nearest = f.array_position("distances", f.array_min("distances")).alias("nearest")
            for cluster, *mean in each.groupBy(nearest).agg(*map(f.avg, axes)).collect():
                centres[cluster - 1] = mean
        return check_of(*points.agg(f.count("*"), f.sum(f.array_min(distances(centres)))).first())

    return timed(work)


def pipeline(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    x = f.col("x")
    numbers = spark.range(setup.of(1e9)).select((3 * f.col("id") + 1).alias("x")).where(x % 7 != 0)
    return timed(lambda: check_of(*numbers.agg(f.sum(x - 2)).first()))


def pi(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    samples = setup.of(1e9)
    inside = spark.range(samples).where(f.rand(1) ** 2 + f.rand(2) ** 2 < 1)
    return timed(lambda: f"{4 * inside.count() / samples:.9f}")


def cartesian(spark: Any, setup: Setup) -> Measured:
    a = spark.range(setup.side).toDF("a")
    b = spark.range(setup.side).toDF("b")
    return timed(lambda: check_of(a.crossJoin(b).where((a.a + b.b) % 7 == 0).count()))


def cache_sums(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    def work() -> str:
        numbers = spark.range(setup.of(1e8)).cache()
        return check_of(sum(numbers.agg(f.sum("id")).first()[0] for _ in range(10)))

    return timed(work)


def collect(spark: Any, setup: Setup) -> Measured:
    numbers = spark.range(setup.of(1e7))
    begin = time.perf_counter()
    collected = numbers.select((3 * numbers.id + 1).alias("x")).toArrow()["x"].to_numpy()
    return time.perf_counter() - begin, check_of(len(collected), collected.sum())


def small_counts(spark: Any, setup: Setup) -> Measured:
    jobs = setup.of(100)
    numbers = cached(spark.range(1000))
    seconds, check = timed(lambda: check_of(sum(numbers.count() for _ in range(jobs)) // jobs))
    return seconds / jobs, check


def eight_partitions(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    def job(number: int) -> int:
        return spark.range(0, 1000, 1, 8).agg(f.sum(f.col("id") + number)).first()[0]

    return timed(lambda: check_of(sum(map(job, range(setup.of(1000))))))


def many_partitions(spark: Any, setup: Setup) -> Measured:
    from pyspark.sql import functions as f

    numbers = spark.range(0, 1_000_000, 1, setup.of(1e4))
    return timed(lambda: check_of(*numbers.agg(f.sum(3 * f.col("id") + 1)).first()))


def many_blocks(spark: Any, setup: Setup) -> Measured:
    spark.conf.set("spark.sql.shuffle.partitions", 1000)
    spark.conf.set("spark.sql.adaptive.enabled", False)  # it would merge them
    numbers = spark.range(0, setup.of(1e7), 1, 1000)
    data = numbers.select(key_at(numbers.id, setup.of(1e6)).alias("key"), numbers.id.alias("value"))
    return timed(lambda: summed(data))


def nothing(spark: Any, setup: Setup) -> Measured:
    return 0.0, "0"


ROWS: Dict[str, Program] = {
    "word_count": word_count,
    "reduce_by_key": lambda spark, setup: reduced(spark, setup, setup.of(1e6)),
    "reduce_by_key_cached": lambda spark, setup: reduced_cached(spark, setup, setup.of(1e6)),
    "reduce_by_few_keys": lambda spark, setup: reduced(spark, setup, FEW_KEYS),
    "reduce_by_few_keys_cached": lambda spark, setup: reduced_cached(spark, setup, FEW_KEYS),
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
    "eight_partitions": eight_partitions,
    "many_partitions": many_partitions,
    "many_blocks": many_blocks,
    "nothing": nothing,
}
