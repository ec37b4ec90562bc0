"""The rows of the comparison: what is measured, and what each system's program gets."""
from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

MASK = 2**31 - 1
HALF = 2**30
FEW_KEYS = 1000  # at every scale
ITERATIONS = 10
CLUSTERS = 10
DAMPING = 0.85

Measured = Tuple[float, str]  # seconds of the work, and the check: numbers between slashes


@dataclass(frozen=True)
class Setup:
    scale: float
    data: Path  # input files, made by bench_peers --make; outputs go there, too
    threads: int

    def of(self, full: float) -> int:
        """The size of this run for that of a full one; row.hpp computes the same."""
        return max(1, int(full * self.scale + 0.5))

    @property
    def side(self) -> int:
        """Elements of each side of the Cartesian product."""
        return int(1e4 * self.scale**0.5 + 0.5)

    @property
    def text(self) -> Path:
        return self.data / "words" / "part-00000"


Program = Callable[..., Measured]  # called with the session and the setup


@dataclass(frozen=True)
class Row:
    name: str
    title: str
    program: str = ""  # of bench_peers; by default the name
    ranks: int = 2  # of Seltzer; 0: without mpirun
    whole: bool = False  # the time of the whole process
    peers_of: str = ""  # the row before, for which the other systems have the same program
    samples: float = 0  # random ones of each system's own, in a full run
    unlike_a_loop: str = ""  # why it is not written by hand
    light: bool = False  # slow systems, too, do it in full

    @property
    def program_row(self) -> str:
        return self.program or self.name


ZIPPED = "decompressing is zlib's work, by hand or not"
JOBS = "a loop has no jobs"
PARTITIONS = "a loop has no partitions"

ROWS: List[Row] = [
    Row("word_count", "word count, 500 MB"),
    Row("word_count_in_six_lines", "word count in a user's six lines", peers_of="word_count"),
    Row("reduce_by_key", "reduceByKey, 1e8 pairs, 1e6 keys"),
    Row("reduce_by_key_cached", "reduceByKey, 1e8, 1e6 keys, cached"),
    Row("reduce_by_few_keys", "reduceByKey, 1e8 pairs, 1,000 keys"),
    Row("reduce_by_few_keys_cached", "reduceByKey, 1e8, 1,000 keys, cached"),
    Row("group_by_key", "groupByKey, 2e7 pairs, 1e6 keys"),
    Row("group_by_text_key", "groupByKey, string keys"),
    Row("distinct", "distinct, 5e7 of 1e7 values"),
    Row("cogroup", "cogroup, 1e7 + 1e7, 1e6 keys"),
    Row("join", "join, 2e7 with 1e6"),
    Row("join_cached", "join, 2e7 with 1e6, cached"),
    Row("join_cached_small_left", "join, cached, the small side left"),
    Row("broadcast_vector", "broadcast join, 1e8 with 1e6, vector"),
    Row("broadcast_map", "broadcast join, unordered_map", peers_of="broadcast_vector"),
    Row("broadcast_join", "broadcast join, broadcastJoin", peers_of="broadcast_vector"),
    Row("sort_numbers", "sort, 5e7 int64, cached"),
    Row("sort_reals", "sort, 5e7 double, cached"),
    Row("sort_by_text_key", "sortByKey, 1e7 strings, cached"),
    Row("tera_sort", "tera sort, 1 GB, written"),
    Row("page_rank", "page rank, 1e6 vertices, 8e6 edges"),
    Row("page_rank_indices", "page rank, IndexPartitioner", peers_of="page_rank"),
    Row("k_means", "k-means, 5e6 points"),
    Row("pipeline", "generate, map, filter, map, sum, 1e9"),
    Row("pi_by_filter", "pi by filter and count, 1e9", samples=1e9),
    Row("pi_by_sum", "pi as map and sum, 1e9", samples=1e9, peers_of="pi_by_filter"),
    Row("cartesian", "cartesian, 1e4 with 1e4, filter"),
    Row("cache_sums", "cache 1e8 int64, ten sums"),
    Row("collect", "collect 1e7"),
    Row("lines", "lines of 500 MB"),
    Row("gzip_lines", "lines of two .gz files", unlike_a_loop=ZIPPED),
    Row("save_as_text", "saveAsTextFile, 1e7 pairs"),
    Row("small_counts", "count of 1,000 cached, a job", unlike_a_loop=JOBS, light=True),
    Row("eight_partitions", "1,000 jobs of 8 partitions", unlike_a_loop=JOBS, light=True),
    Row("many_partitions", "a job of 10,000 partitions", unlike_a_loop=PARTITIONS, light=True),
    Row("many_blocks", "reduceByKey, 1,000 x 1,000 partitions, 1e7", unlike_a_loop=PARTITIONS),
    Row("nothing_alone", "a program that does nothing, alone", "nothing", 0, whole=True, light=True),
    Row(
        "nothing_in_mpirun",
        "a program that does nothing, 2 ranks",
        "nothing",
        whole=True,
        light=True,
        peers_of="nothing_alone",
    ),
]
BY_NAME: Dict[str, Row] = {row.name: row for row in ROWS}
PROGRAM_ROWS = list(dict.fromkeys(row.program_row for row in ROWS))


def timed(work: Callable[[], str]) -> Measured:
    """`work` returns the check."""
    begin = time.perf_counter()
    check = work()
    return time.perf_counter() - begin, check


def check_of(*values: object) -> str:
    return "/".join(str(value) for value in values)


def disagreement(row: Row, scale: float, check: str, other: str) -> Optional[str]:
    """What is wrong if both were found for the same data; fractions may differ in the last digits, and estimates by five
    standard errors."""
    tolerance = 5 / (row.samples * scale) ** 0.5 if row.samples else 1e-6
    parts, others = check.split("/"), other.split("/")
    same = len(parts) == len(others) and all(close(a, b, tolerance) for a, b in zip(parts, others))
    return None if same else f"{check} instead of {other}"


def close(text: str, other: str, tolerance: float) -> bool:
    if "." not in text or "." not in other:
        return text == other
    try:
        a, b = float(text), float(other)
    except ValueError:
        return False
    return abs(a - b) <= tolerance * abs(b)


# Random numbers as functions of the index: draw.hpp has the same, and so does each system in its own terms.


def draw(i: int) -> int:
    x = (i * 1103515245 + 12345) & MASK
    x = ((x ^ (x >> 16)) * 73244475) & MASK
    return x ^ (x >> 15)


def key_at(i: int, keys: int) -> int:
    return draw(i) * keys >> 31


def number_at(i: int) -> int:
    return draw(i) * 2**31 + draw(i + HALF) - 2**61


def real_at(i: int) -> float:
    return float(draw(i)) - HALF + draw(i + HALF) / 2**31


def text_at(i: int) -> str:
    return f"{draw(i) % 10**8:08}{draw(i + HALF) % 10**8:08}"


def price_of(key: int) -> int:
    return 3 * key + 1


def saved_check(folder: Path) -> str:
    """Lines and the sum of digits of all files of a folder, which do not depend on the format."""
    lines = digits = 0
    for path in folder.iterdir():
        content = path.read_bytes() if not path.name.startswith((".", "_")) else b""
        lines += content.count(b"\n")
        digits += sum(digit * content.count(b"%d" % digit) for digit in range(1, 10))
    return check_of(lines, digits)
