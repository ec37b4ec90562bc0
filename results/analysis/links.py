"""Links between ranks: measured ones, from the ping-pong and the exchange that ran beside the points, and assumed ones,
given by a user."""
from __future__ import annotations

import json
import re
from dataclasses import replace
from math import ceil
from pathlib import Path
from statistics import median
from typing import Dict, List, Optional, Sequence, Tuple

from .fits import Link, fit_hockney
from .records import Experiment, Json, Point

TIMES = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
RATES = {"B/s": 1.0, "kB/s": 1e3, "MB/s": 1e6, "GB/s": 1e9, "kbit/s": 125.0, "Mbit/s": 125e3, "Gbit/s": 125e6}
FORM = "NAME:LATENCY:BANDWIDTH as in ib:1.5us:12GB/s"


class LinkError(Exception):
    """A link that cannot be understood; the message says what was expected."""


def parse_link(text: str) -> Link:
    parts = text.strip().split(":")
    if len(parts) != 3 or not parts[0]:
        raise LinkError(f"{text!r} is not a link: {FORM}")
    return Link(parts[0], quantity(parts[1], TIMES, text), quantity(parts[2], RATES, text))


def quantity(text: str, units: Dict[str, float], whole: str) -> float:
    match = re.fullmatch(r"([0-9.]+(?:e[+-]?\d+)?)\s*([A-Za-z/]+)", text.strip())
    try:
        value = float(match.group(1)) * units[match.group(2)] if match else 0.0
    except (KeyError, ValueError):
        value = 0.0
    if value <= 0:
        raise LinkError(f"{text!r} in {whole!r}: a positive number and one of {' '.join(units)} is expected")
    return value


def read_links(file: Path) -> List[Link]:
    """A link a line, in the same form; # begins a comment."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise LinkError(f"{file}: cannot be read: {error}") from error
    return [parse_link(line) for line in (each.split("#")[0].strip() for each in lines) if line]


def measured_link(name: str, points: Sequence[Point]) -> Optional[Link]:
    """Hockney's fit to the ping-pong of these points, the median at each size where it ran several times."""
    times: Dict[float, List[float]] = {}
    for each in baselines_of(points):
        for entry in each["pingpong"]:
            times.setdefault(float(entry["bytes"]), []).append(float(entry["us"]))
    sizes = sorted(times)
    return fit_hockney(name, sizes, [median(times[size]) for size in sizes]) if sizes else None


def with_exchange(link: Optional[Link], points: Sequence[Point]) -> Optional[Link]:
    """With the bandwidths of these points' exchanges, by the ranks of a host: all bytes over all seconds."""
    sent: Dict[int, float] = {}
    seconds: Dict[int, float] = {}
    for each in baselines_of(points):
        if each.get("exchange"):
            ranks_of_host = ceil(each["ranks"] / each["hosts"])
            size, time = largest_exchange(each)
            sent[ranks_of_host] = sent.get(ranks_of_host, 0.0) + size
            seconds[ranks_of_host] = seconds.get(ranks_of_host, 0.0) + time
    return link and replace(link, exchange=tuple((count, sent[count] / seconds[count]) for count in sorted(sent)))


def baselines_of(points: Sequence[Point]) -> List[Json]:
    """One for each time that it ran, which is for several runs."""
    distinct = {
        json.dumps(run["baseline"], sort_keys=True)
        for point in points
        for run in point.runs
        if (run.get("baseline") or {}).get("pingpong")
    }
    return [json.loads(each) for each in sorted(distinct)]


def largest_exchange(baseline: Json) -> Tuple[float, float]:
    """Bytes that left a host, or where there was one only, that left a rank; and seconds."""
    largest = max(baseline["exchange"], key=lambda entry: entry["bytes_per_rank"])
    sent, ranks, hosts = largest["bytes_per_rank"], baseline["ranks"], baseline["hosts"]
    if hosts > 1:
        each = ceil(ranks / hosts)
        sent *= each * (ranks - each) / (ranks - 1)
    return sent, largest["us"] * 1e-6


def host_link(experiments: Sequence[Experiment]) -> Optional[Link]:
    """Within a host; measured where every rank had a core, if there is such a point."""
    points = [
        point for experiment in experiments for point in experiment.points if point.nodes == 1 and point.ranks > 1
    ]
    alone = [point for point in points if not point.oversubscribed]
    link = with_exchange(measured_link("within a host", alone), alone)
    return link or with_exchange(measured_link("within a host, more ranks than cores", points), points)


def between_hosts(experiment: Experiment) -> List[Point]:
    return [point for point in experiment.points if point.nodes > 1]


def emulation(experiment: Experiment) -> str:
    """Of the network between hosts; empty where it is a real one."""
    return next((point.emulated for point in between_hosts(experiment) if point.emulated), "")


def wire_link(experiment: Experiment, experiments: Sequence[Experiment]) -> Optional[Link]:
    """Between the hosts of an experiment; the name says which they are where they are emulated. All `experiments` on
    that network measured it. Ranks that share a core delay single messages; in an exchange several of a host fill its
    link better than one, so those of all points count."""
    emulated = emulation(experiment)
    if not between_hosts(experiment):
        return None
    points = [point for each in experiments if emulation(each) == emulated for point in between_hosts(each)]
    name = f"between hosts ({emulated})" if emulated else "between hosts"
    alone = measured_link(name, [point for point in points if not point.oversubscribed])
    return with_exchange(alone or measured_link(f"{name}, more ranks than cores", points), points)
