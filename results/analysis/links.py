"""Links between ranks: measured by the ping-pong and the exchange that ran with the points, or assumed by the user."""
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
    """An invalid link; the message says what was expected."""


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
    """One link per line, in the same form; # begins a comment."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise LinkError(f"{file}: cannot be read: {error}") from error
    return [parse_link(line) for line in (each.split("#")[0].strip() for each in lines) if line]


def measured_link(name: str, points: Sequence[Point]) -> Optional[Link]:
    """Hockney's fit to the ping-pong of these points: the median of each size if it ran several times."""
    times: Dict[float, List[float]] = {}
    for each in baselines_of(points):
        for entry in each["pingpong"]:
            times.setdefault(float(entry["bytes"]), []).append(float(entry["us"]))
    sizes = sorted(times)
    return fit_hockney(name, sizes, [median(times[size]) for size in sizes]) if sizes else None


def with_exchange(link: Optional[Link], points: Sequence[Point]) -> Optional[Link]:
    """Adds the bandwidths of these points' exchanges, by ranks per host: total bytes over total seconds."""
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
    """The distinct network measurements; the runs of a point share one."""
    distinct = {
        json.dumps(run["baseline"], sort_keys=True)
        for point in points
        for run in point.runs
        if (run.get("baseline") or {}).get("pingpong")
    }
    return [json.loads(each) for each in sorted(distinct)]


def largest_exchange(baseline: Json) -> Tuple[float, float]:
    """Bytes that left a host, or a rank if there was only one host; and seconds."""
    largest = max(baseline["exchange"], key=lambda entry: entry["bytes_per_rank"])
    sent, ranks, hosts = largest["bytes_per_rank"], baseline["ranks"], baseline["hosts"]
    if hosts > 1:
        each = ceil(ranks / hosts)
        sent *= each * (ranks - each) / (ranks - 1)
    return sent, largest["us"] * 1e-6


def host_link(experiments: Sequence[Experiment]) -> Optional[Link]:
    """Within a host; from the points with a core for each rank, if there are any."""
    points = [
        point for experiment in experiments for point in experiment.points if point.nodes == 1 and point.ranks > 1
    ]
    alone = [point for point in points if not point.oversubscribed]
    link = with_exchange(measured_link("within a host", alone), alone)
    return link or with_exchange(measured_link("within a host, more ranks than cores", points), points)


def between_hosts(experiment: Experiment) -> List[Point]:
    return [point for point in experiment.points if point.nodes > 1]


def emulation(experiment: Experiment) -> str:
    """A note on the network between hosts; empty if it is real."""
    return next((point.emulated for point in between_hosts(experiment) if point.emulated), "")


def wire_link(experiment: Experiment, experiments: Sequence[Experiment]) -> Optional[Link]:
    """Between the hosts of an experiment, named if they are emulated; pooled over all `experiments` on that network.
    The ping-pong is that of points with a core for each rank, since ranks that share one delay single messages;
    exchanges are those of all points, since several ranks of a host fill its link better than one."""
    emulated = emulation(experiment)
    if not between_hosts(experiment):
        return None
    points = [point for each in experiments if emulation(each) == emulated for point in between_hosts(each)]
    name = f"between hosts ({emulated})" if emulated else "between hosts"
    alone = measured_link(name, [point for point in points if not point.oversubscribed])
    return with_exchange(alone or measured_link(f"{name}, more ranks than cores", points), points)
