"""The rows on the RDDs of Spark's Python interface and of pysparkling, which has the same."""
from __future__ import annotations

import random
import shutil
import time
from operator import add
from typing import Any, Callable, Dict, Iterable, List, Tuple
from zlib import crc32

from rows import (
    CLUSTERS,
    DAMPING,
    FEW_KEYS,
    ITERATIONS,
    Measured,
    Program,
    Setup,
    check_of,
    key_at,
    number_at,
    price_of,
    real_at,
    saved_check,
    text_at,
    timed,
)


class Session:
    """A context, and how many partitions its programs give to RDDs that they make."""

    def __init__(self, context: Any, partitions: int) -> None:
        self.context = context
        self.partitions = partitions

    def numbers(self, end: int, partitions: int = 0) -> Any:
        return self.context.parallelize(range(end), partitions or self.partitions)

    def pairs(self, count: int, keys: int, first: int = 0, partitions: int = 0) -> Any:
        return self.numbers(count, partitions).map(lambda i: (key_at(first + i, keys), i))


def cached(rdd: Any) -> Any:
    rdd = rdd.cache()
    rdd.count()
    return rdd


def totals(numbers: Any) -> str:
    return check_of(
        *numbers.aggregate(
            (0, 0, 0),
            lambda sums, x: (sums[0] + 1, sums[1] + x, sums[2] + x % 1009),
            lambda a, b: (a[0] + b[0], a[1] + b[1], a[2] + b[2]),
        )
    )


def reduced(session: Session, setup: Setup, keys: int) -> Measured:
    return timed(lambda: totals(session.pairs(setup.of(1e8), keys).reduceByKey(add).values()))


def reduced_cached(session: Session, setup: Setup, keys: int) -> Measured:
    pairs = cached(session.pairs(setup.of(1e8), keys))
    return timed(lambda: totals(pairs.reduceByKey(add).values()))


def group_by_key(session: Session, setup: Setup) -> Measured:
    return timed(lambda: totals(session.pairs(setup.of(2e7), setup.of(1e6)).groupByKey().mapValues(sum).values()))


def group_by_text_key(session: Session, setup: Setup) -> Measured:
    keys = setup.of(1e6)
    pairs = session.numbers(setup.of(2e7)).map(lambda i: (f"key{key_at(i, keys):07}", i))
    return timed(lambda: totals(pairs.groupByKey().mapValues(sum).values()))


def distinct(session: Session, setup: Setup) -> Measured:
    values = setup.of(1e7)
    return timed(lambda: totals(session.numbers(setup.of(5e7)).map(lambda i: key_at(i, values)).distinct()))


def pair_sum(both: Tuple[Iterable[int], Iterable[int]]) -> int:
    lefts, rights = list(both[0]), list(both[1])
    return sum(lefts) * len(rights) + sum(rights) * len(lefts)


def cogroup(session: Session, setup: Setup) -> Measured:
    count, keys = setup.of(1e7), setup.of(1e6)
    left, right = session.pairs(count, keys), session.pairs(count, keys, count)
    return timed(lambda: totals(left.cogroup(right).mapValues(pair_sum).values()))


def sides(session: Session, setup: Setup) -> Tuple[Any, Any]:
    keys = setup.of(1e6)
    return session.pairs(setup.of(2e7), keys), session.numbers(keys).map(lambda key: (key, price_of(key)))


def joined(left: Any, right: Any) -> Measured:
    return timed(lambda: totals(left.join(right).values().map(lambda both: both[0] + both[1])))


def join(session: Session, setup: Setup) -> Measured:
    return joined(*sides(session, setup))


def join_cached(session: Session, setup: Setup) -> Measured:
    large, small = map(cached, sides(session, setup))
    return joined(large, small)


def join_cached_small_left(session: Session, setup: Setup) -> Measured:
    large, small = map(cached, sides(session, setup))
    return joined(small, large)


def broadcast(session: Session, setup: Setup) -> Measured:
    keys = setup.of(1e6)
    table = {key: price_of(key) for key in range(keys)}

    def work() -> str:
        prices = session.context.broadcast(table)
        lookups = session.numbers(setup.of(1e8)).map(lambda i: key_at(i, keys))
        return check_of(lookups.map(lambda key: prices.value[key]).sum())

    return timed(work)


def sort(data: Any, order: Callable[[Any], Any], key: Callable[[Any], Any], whole: Callable[[Any], int]) -> Measured:
    """`order(rdd)` sorts. The order is checked afterwards; `whole` is an integer of an element."""
    data = cached(data)
    begin = time.perf_counter()
    result = cached(order(data))
    seconds = time.perf_counter() - begin

    def ascent(elements: Iterable[Any]) -> Iterable[Tuple[int, int, int, Any, Any]]:
        count = unordered = total = 0
        first = last = None
        for element in elements:
            unordered += count > 0 and key(element) < last
            last = key(element)
            first = last if count == 0 else first
            count += 1
            total += whole(element)
        if count:
            yield count, unordered, total, first, last

    parts = result.mapPartitions(ascent).collect()
    between = sum(after[3] < before[4] for before, after in zip(parts, parts[1:]))
    counts, unordereds, sums, _, _ = zip(*parts)
    return seconds, check_of(sum(counts), sum(unordereds) + between, sum(sums) % 2**64)


def sort_numbers(session: Session, setup: Setup) -> Measured:
    data = session.numbers(setup.of(5e7)).map(number_at)
    return sort(data, lambda rdd: rdd.sortBy(lambda x: x), lambda x: x, int)


def sort_reals(session: Session, setup: Setup) -> Measured:
    data = session.numbers(setup.of(5e7)).map(real_at)
    return sort(data, lambda rdd: rdd.sortBy(lambda x: x), lambda x: x, lambda x: int(x // 1))


def sort_by_text_key(session: Session, setup: Setup) -> Measured:
    data = session.numbers(setup.of(1e7)).map(lambda i: (text_at(i), i))
    return sort(data, lambda rdd: rdd.sortByKey(), lambda pair: pair[0], lambda pair: int(pair[0][8:]) % 1009 * pair[1])


def tera_sort(session: Session, setup: Setup) -> Measured:
    """Written as pickles: neither system writes binary records."""
    folder = setup.data / "tera_sorted_by_others"
    shutil.rmtree(folder, ignore_errors=True)

    def work() -> str:
        records = session.context.binaryRecords(str(setup.data / "tera"), 100).map(bytes)
        records.map(lambda record: (record[:10], record[10:])).sortByKey().saveAsPickleFile(str(folder))
        return ""

    seconds, _ = timed(work)
    written = session.context.pickleFile(str(folder)).collect()
    shutil.rmtree(folder)
    unordered = sum(after[0] < before[0] for before, after in zip(written, written[1:]))
    return seconds, check_of(len(written), unordered, sum(crc32(key + value) for key, value in written))


def word_count(session: Session, setup: Setup) -> Measured:
    def work() -> str:
        counts = (
            session.context.textFile(str(setup.text))
            .flatMap(lambda line: line.split())
            .map(lambda word: (word, 1))
            .reduceByKey(add)
        )
        return check_of(
            *counts.aggregate(
                (0, 0, 0, 0),
                lambda so, x: (so[0] + x[1], so[1] + 1, so[2] + len(x[0]) * x[1], max(so[3], x[1])),
                lambda a, b: (a[0] + b[0], a[1] + b[1], a[2] + b[2], max(a[3], b[3])),
            )
        )

    return timed(work)


def lines(session: Session, setup: Setup) -> Measured:
    return timed(lambda: check_of(session.context.textFile(str(setup.text)).count()))


def gzip_lines(session: Session, setup: Setup) -> Measured:
    return timed(lambda: check_of(session.context.textFile(str(setup.data / "gzip" / "*.gz")).count()))


def save_as_text(session: Session, setup: Setup) -> Measured:
    folder = setup.data / "saved_by_others"
    shutil.rmtree(folder, ignore_errors=True)
    pairs = session.pairs(setup.of(1e7), setup.of(1e6))
    seconds, _ = timed(lambda: str(pairs.saveAsTextFile(str(folder))))
    check = saved_check(folder)
    shutil.rmtree(folder)
    return seconds, check


def page_rank(session: Session, setup: Setup) -> Measured:
    def work() -> str:
        edges = session.context.textFile(str(setup.data / "edges" / "part-*")).map(
            lambda line: tuple(map(int, line.split()))
        )
        ends = edges.distinct().flatMap(lambda edge: [edge, (edge[1], None)])
        links = ends.groupByKey().mapValues(lambda targets: [x for x in targets if x is not None]).cache()
        count = links.count()
        ranks = links.mapValues(lambda _: 1.0 / count)
        for _ in range(ITERATIONS):
            received = links.join(ranks).flatMap(shares).reduceByKey(add).cache()
            rest = (1 - DAMPING * received.values().sum()) / count
            ranks = received.mapValues(lambda total, rest=rest: rest + DAMPING * total)
        return check_of(count, f"{ranks.values().map(lambda rank: rank * rank).sum():.9e}")

    return timed(work)


def shares(vertex: Tuple[int, Tuple[List[int], float]]) -> List[Tuple[int, float]]:
    key, (targets, rank) = vertex
    return [(key, 0.0)] + [(target, rank / len(targets)) for target in targets]


def k_means(session: Session, setup: Setup) -> Measured:
    def distance(point: Any, centre: Any) -> float:
        return sum((a - b) ** 2 for a, b in zip(point, centre))

    def nearest(point: Any, centres: Any) -> int:
        return min(range(len(centres)), key=lambda cluster: distance(point, centres[cluster]))

    def plus(a: Any, b: Any) -> Any:
        return tuple(map(add, a[0], b[0])), a[1] + b[1]

    def work() -> str:
        source = session.context.textFile(str(setup.data / "points" / "part-*"))
        points = source.map(lambda line: tuple(map(float, line.split()))).cache()
        centres = points.take(CLUSTERS)
        for _ in range(ITERATIONS):
            closest = points.map(lambda point, centres=tuple(centres): (nearest(point, centres), (point, 1)))
            for cluster, (total, size) in closest.reduceByKey(plus).collect():
                centres[cluster] = tuple(x / size for x in total)
        cost = points.map(lambda point: min(distance(point, centre) for centre in centres)).sum()
        return check_of(points.count(), f"{cost:.9e}")

    return timed(work)


def pipeline(session: Session, setup: Setup) -> Measured:
    numbers = session.numbers(setup.of(1e9)).map(lambda i: 3 * i + 1).filter(lambda x: x % 7 != 0)
    return timed(lambda: check_of(numbers.map(lambda x: x - 2).sum()))


def pi(session: Session, setup: Setup) -> Measured:
    samples = setup.of(1e9)
    inside = session.numbers(samples).filter(lambda _: random.random() ** 2 + random.random() ** 2 < 1)
    return timed(lambda: f"{4 * inside.count() / samples:.9f}")


def cartesian(session: Session, setup: Setup) -> Measured:
    side = session.numbers(setup.side)
    return timed(lambda: check_of(side.cartesian(side).filter(lambda pair: sum(pair) % 7 == 0).count()))


def cache_sums(session: Session, setup: Setup) -> Measured:
    def work() -> str:
        numbers = session.numbers(setup.of(1e8)).map(lambda i: i).cache()
        return check_of(sum(numbers.sum() for _ in range(10)))

    return timed(work)


def collect(session: Session, setup: Setup) -> Measured:
    begin = time.perf_counter()
    collected = session.numbers(setup.of(1e7)).map(lambda i: 3 * i + 1).collect()
    return time.perf_counter() - begin, check_of(len(collected), sum(collected))


def small_counts(session: Session, setup: Setup) -> Measured:
    jobs = setup.of(100)
    numbers = cached(session.numbers(1000).map(lambda i: i))
    seconds, check = timed(lambda: check_of(sum(numbers.count() for _ in range(jobs)) // jobs))
    return seconds / jobs, check


def eight_partitions(session: Session, setup: Setup) -> Measured:
    def job(number: int) -> int:
        return session.numbers(1000, 8).map(lambda x: x + number).sum()

    return timed(lambda: check_of(sum(map(job, range(setup.of(1000))))))


def many_partitions(session: Session, setup: Setup) -> Measured:
    numbers = session.numbers(1_000_000, setup.of(1e4)).map(lambda i: 3 * i + 1)
    return timed(lambda: check_of(numbers.sum()))


def many_blocks(session: Session, setup: Setup) -> Measured:
    pairs = session.pairs(setup.of(1e7), setup.of(1e6), 0, 1000)
    return timed(lambda: totals(pairs.reduceByKey(add, 1000).values()))


def nothing(session: Session, setup: Setup) -> Measured:
    return 0.0, "0"


ROWS: Dict[str, Program] = {
    "word_count": word_count,
    "reduce_by_key": lambda session, setup: reduced(session, setup, setup.of(1e6)),
    "reduce_by_key_cached": lambda session, setup: reduced_cached(session, setup, setup.of(1e6)),
    "reduce_by_few_keys": lambda session, setup: reduced(session, setup, FEW_KEYS),
    "reduce_by_few_keys_cached": lambda session, setup: reduced_cached(session, setup, FEW_KEYS),
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
    "tera_sort": tera_sort,
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
