"""Links between ranks: measured ones, from the ping-pong that ran beside the points, and assumed ones, given by a
user."""
from __future__ import annotations

import json
import re
from pathlib import Path
from statistics import median
from typing import Dict, List, Optional, Sequence

from .fits import Link, fit_hockney
from .records import Experiment, Point

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
    distinct = {
        json.dumps(run["baseline"]["pingpong"], sort_keys=True)
        for point in points
        for run in point.runs
        if (run.get("baseline") or {}).get("pingpong")
    }
    times: Dict[float, List[float]] = {}
    for each in sorted(distinct):
        for entry in json.loads(each):
            times.setdefault(float(entry["bytes"]), []).append(float(entry["us"]))
    sizes = sorted(times)
    return fit_hockney(name, sizes, [median(times[size]) for size in sizes]) if sizes else None


def host_link(experiments: Sequence[Experiment]) -> Optional[Link]:
    """Within a host; measured where every rank had a core, if there is such a point."""
    points = [
        point for experiment in experiments for point in experiment.points if point.nodes == 1 and point.ranks > 1
    ]
    return measured_link("within a host", [point for point in points if not point.oversubscribed]) or measured_link(
        "within a host, more ranks than cores", points
    )


def wire_link(experiment: Experiment) -> Optional[Link]:
    """Between the hosts of an experiment; the name says so where they are emulated."""
    points = [point for point in experiment.points if point.nodes > 1]
    emulated = any(point.emulated for point in points)
    return measured_link(
        "between emulated hosts" if emulated else "between hosts", [p for p in points if not p.oversubscribed]
    ) or measured_link(
        "between emulated hosts, more ranks than cores" if emulated else "between hosts, more ranks than cores", points
    )
