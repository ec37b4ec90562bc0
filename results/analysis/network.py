"""The traffic of an experiment, extrapolated from the traffic counted in each stage to other numbers of ranks; and its
time on given links: an exchange at the bandwidth measured in an all-to-all, a gather at that of single messages.

A stage begins with a broadcast and ends with a reduction. In each round of a shuffle's exchange a rank sends
ceil(log2 p) messages, which announce sizes and carry the blocks of up to 1 KiB, and one message to each of the other
p - 1 ranks that gets a longer block. A round moves at most 64 MiB per rank. Gathered results go to rank 0."""
from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np

from .fits import Link
from .records import Json, Point

SHORT_BLOCK = 1024  # bytes; shorter blocks are relayed with the announcement
ROUND_BYTES = 64 * 2**20  # per rank


def steps(count: int) -> int:
    """Steps of a tree over `count`."""
    return ceil(log2(count)) if count > 1 else 0


def counted(run: Json, kind: str, what: str, over: str) -> Optional[float]:
    """Traffic of one kind in all stages of a run: `what` is messages or bytes, `over` is sum or max over ranks."""
    stages = [stage["traffic"] for stage in run.get("stages") or [] if stage.get("traffic")]
    return float(sum(stage.get(kind, {}).get(what, {}).get(over, 0) for stage in stages)) if stages else None


def collectives(run: Json) -> Optional[float]:
    """The number of broadcasts and reductions. A broadcast counts once, at its root."""
    broadcasts, reductions = counted(run, "broadcast", "messages", "sum"), counted(run, "reduce", "messages", "max")
    return None if broadcasts is None or reductions is None else broadcasts + reductions


def rounds(run: Json) -> Optional[float]:
    """The rounds of all exchanges of a run."""
    messages = counted(run, "relay", "messages", "max")
    return None if messages is None else messages / steps(run["ranks"])


def shuffled_bytes(run: Json) -> Optional[float]:
    """The bytes of all blocks, including those that stay on their rank, which are assumed to be 1/p."""
    long, relayed, count = counted(run, "exchange", "bytes", "sum"), counted(run, "relay", "bytes", "sum"), run["ranks"]
    if long is None or relayed is None:
        return None
    return (long if long > 0 else relayed / (steps(count) / 2)) * count / (count - 1)


@dataclass(frozen=True)
class PowerLaw:
    """scale * ranks ** exponent"""

    scale: float
    exponent: float

    def __call__(self, ranks: int) -> float:
        return self.scale * ranks**self.exponent


def power_law(points: Sequence[Point], value: Callable[[Json], Optional[float]], weak: bool) -> PowerLaw:
    """Fitted to the medians. With strong scaling an amount grows at most linearly with the ranks, with weak scaling at
    most with their square; a single point gives a constant, or with weak scaling linear growth."""
    found = [(point.ranks, point.middle(value) or 0.0) for point in points]
    pairs = np.array([pair for pair in found if pair[1] > 0], float)
    if len(pairs) == 0:
        return PowerLaw(0.0, 0.0)
    x, y = np.log(pairs[:, 0]), np.log(pairs[:, 1])
    exponent = 1.0 if weak else 0.0
    if len(set(pairs[:, 0])) > 1:
        exponent = float(np.clip(np.polyfit(x, y, 1)[0], 0.0, 2.0 if weak else 1.0))
    return PowerLaw(float(np.exp(np.mean(y - exponent * x))), exponent)


@dataclass(frozen=True)
class Volumes:
    collectives: float
    exchange_rounds: float
    gathers: float
    shuffled: PowerLaw  # bytes, all ranks
    gathered: PowerLaw  # bytes

    def rounds_at(self, ranks: int) -> float:
        return max(self.exchange_rounds, self.shuffled(ranks) / ranks / ROUND_BYTES) if self.exchange_rounds else 0.0

    def block_at(self, ranks: int) -> float:
        """Bytes of a block, which one rank sends to another in one round."""
        return self.shuffled(ranks) / ranks**2 / self.rounds_at(ranks) if self.exchange_rounds else 0.0

    def messages_at(self, ranks: int) -> float:
        """The messages that a rank sends in all exchanges."""
        long = ranks - 1 if self.block_at(ranks) > SHORT_BLOCK else 0
        return self.rounds_at(ranks) * (steps(ranks) + long)


def volumes_of(points: Sequence[Point], weak: bool) -> Optional[Volumes]:
    """From the points with two ranks or more; None if their records have no traffic."""
    several = [point for point in points if point.ranks > 1 and point.middle(collectives) is not None]
    if not several:
        return None
    medians: List[float] = [
        float(np.median([point.middle(value) or 0.0 for point in several]))
        for value in (collectives, lambda run: counted(run, "gather", "messages", "max"))
    ]
    least_rounds = min(point.middle(rounds) or 0.0 for point in several)
    return Volumes(
        medians[0],
        least_rounds,
        medians[1],
        power_law(several, shuffled_bytes, weak),
        power_law(several, lambda run: counted(run, "gather", "bytes", "sum"), weak),
    )


COLLECTIVE, LATENCY, BANDWIDTH, GATHER = (
    "collectives: latency of log2 p steps",
    "exchange: latency of the messages of a rank",
    "exchange: bandwidth of a host's link",
    "gather: messages and bytes into rank 0",
)


def network_seconds(volumes: Volumes, ranks: int, hosts: int, host: Link, wire: Link) -> Dict[str, float]:
    """Seconds by resource, for sequential messages: a rank overlaps nothing."""
    if ranks < 2:
        return dict.fromkeys((COLLECTIVE, LATENCY, BANDWIDTH, GATHER), 0.0)
    each = ceil(ranks / hosts)  # ranks of a host
    tree = steps(hosts) * wire.latency + steps(each) * host.latency
    all_others = (each - 1) * host.latency + (ranks - each) * wire.latency
    short = volumes.block_at(ranks) <= SHORT_BLOCK
    turns, passed = volumes.rounds_at(ranks), steps(ranks) / 2 if short else 1.0
    sent = volumes.shuffled(ranks) * passed
    moved = sent * each / ranks * (1 - 1 / hosts) / wire.exchange_bandwidth(each)
    moved += sent / ranks * (each - 1) / ranks / host.exchange_bandwidth(each)
    into_root = volumes.gathered(ranks) / (wire if hosts > 1 else host).bandwidth + volumes.gathers * all_others
    return {
        COLLECTIVE: volumes.collectives * tree,
        LATENCY: turns * (tree + (0.0 if short else all_others)),
        BANDWIDTH: moved,
        GATHER: into_root,
    }


def pair_of(host: Optional[Link], wire: Optional[Link]) -> Optional[Tuple[Link, Link]]:
    """Links within and between hosts; if only one is known, it is used for both."""
    known = host or wire
    return None if known is None else (host or known, wire or known)
