"""Records of a scaling suite: one JSON object per run, in files *.jsonl; read, checked and grouped by experiment and
point."""
from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Callable, Dict, List, Optional, Tuple

Json = Dict[str, Any]

REQUIRED = {  # field: its types
    "experiment": (str,),
    "scaling": (str,),
    "ranks": (int,),
    "nodes": (int,),
    "cores": (int,),
    "work": (int, float),
    "repeat": (int,),
    "warmup": (bool,),
    "oversubscribed": (bool,),
    "seconds": (int, float, type(None)),
    "exit_code": (int,),
}


class RecordsError(Exception):
    """Invalid records; the message says where and why."""


@dataclass(frozen=True)
class Point:
    """The measured runs (no warm-ups, no failures) at one number of ranks and nodes."""

    ranks: int
    nodes: int
    runs: Tuple[Json, ...]

    @property
    def label(self) -> str:
        return f"{self.ranks}@{self.nodes}"

    @property
    def seconds(self) -> List[float]:
        return [run["seconds"] for run in self.runs]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def cores(self) -> int:
        """Physical cores available to all ranks together."""
        return self.runs[0]["cores"]

    @property
    def oversubscribed(self) -> bool:
        return any(run["oversubscribed"] for run in self.runs)

    @property
    def emulated(self) -> str:
        """A note on what is emulated; empty if nothing is."""
        return next((run["emulated"] for run in self.runs if run.get("emulated")), "")

    @property
    def work(self) -> float:
        """Total work of the point, in the experiment's unit."""
        return float(self.runs[0]["work"])

    def middle(self, value: Callable[[Json], Optional[float]]) -> Optional[float]:
        """The median of `value` over the runs that have it; None if none has."""
        values = [found for found in map(value, self.runs) if found is not None]
        return median(values) if values else None

    def phase(self, name: str, kind: str = "mean") -> float:
        """Median over the runs of a phase's seconds: `min`, `mean` or `max` over the ranks. A phase that is
        not listed took no time."""
        return median((run.get("phases") or {}).get(name, {}).get(kind, 0.0) for run in self.runs)

    def phase_names(self) -> List[str]:
        return sorted({name for run in self.runs for name in run.get("phases") or {}})


@dataclass(frozen=True)
class Experiment:
    name: str
    scaling: str  # "strong" or "weak"
    points: Tuple[Point, ...]  # by ranks, then nodes
    warmups: int
    failures: Tuple[str, ...]  # a line per failed run
    notes: Tuple[str, ...] = field(default=())

    @property
    def main_points(self) -> Tuple[Point, ...]:
        """For each number of ranks the point with the fewest nodes, for drawing lines and fitting laws."""
        chosen: Dict[int, Point] = {}
        for point in self.points:
            chosen.setdefault(point.ranks, point)
        return tuple(chosen.values())

    @property
    def base(self) -> Point:
        """The reference of speed-up: the point with the fewest ranks."""
        return self.points[0]

    def speedup(self, point: Point, seconds: Optional[float] = None) -> float:
        """Work per time relative to one rank. The base is assumed to be `base.ranks` times as fast as one rank."""
        grown = point.ranks / self.base.ranks if self.scaling == "weak" else 1.0
        return self.base.ranks * grown * self.base.median / (point.median if seconds is None else seconds)

    def efficiency(self, point: Point, seconds: Optional[float] = None) -> float:
        return self.speedup(point, seconds) / point.ranks

    @property
    def context(self) -> Json:
        return self.base.runs[0].get("context") or {}


def read_folder(folder: Path) -> List[Experiment]:
    """All experiments in a folder's *.jsonl files, by name. Raises RecordsError if there is none, or one is invalid."""
    if not folder.is_dir():
        raise RecordsError(f"{folder}: no such folder")
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise RecordsError(f"{folder}: no records (*.jsonl) in this folder")
    runs = [run for file in files for run in read_file(file)]
    return experiments_of(runs, str(folder))


def read_file(file: Path) -> List[Json]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecordsError(f"{file}: cannot be read: {error}") from error
    return [parse(line, f"{file}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def parse(line: str, where: str) -> Json:
    """One record, checked; `where` names it in errors."""
    try:
        run = json.loads(line)
    except json.JSONDecodeError as error:
        raise RecordsError(
            f"{where}: not a JSON object ({error.msg}); was the file cut off while a run was written?"
        ) from error
    if not isinstance(run, dict):
        raise RecordsError(f"{where}: not a JSON object")
    for name, types in REQUIRED.items():
        if name not in run:
            raise RecordsError(f"{where}: the field '{name}' is missing")
        if not isinstance(run[name], types) or (isinstance(run[name], bool) and bool not in types):
            raise RecordsError(f"{where}: the field '{name}' is {run[name]!r}")
    if run["scaling"] not in ("strong", "weak"):
        raise RecordsError(f"{where}: scaling is {run['scaling']!r}, neither strong nor weak")
    if not re.fullmatch(r"[\w.+-]+", run["experiment"]):
        raise RecordsError(
            f"{where}: experiment is {run['experiment']!r}: only letters, digits and _ . + - may name files"
        )
    if run["ranks"] < 1 or run["nodes"] < 1 or run["cores"] < 1:
        raise RecordsError(f"{where}: ranks, nodes and cores are at least 1")
    if succeeded(run) and not (math.isfinite(run["seconds"] or 0.0) and (run["seconds"] or 0.0) > 0):
        raise RecordsError(f"{where}: the run succeeded, but its seconds are {run['seconds']!r}")
    return run


def succeeded(run: Json) -> bool:
    return run["exit_code"] == 0 and run.get("checked", True) is not False


def experiments_of(runs: List[Json], where: str) -> List[Experiment]:
    """Groups runs. Raises RecordsError for an experiment without a measured run."""
    if not runs:
        raise RecordsError(f"{where}: the files hold no records")
    by_name: Dict[str, List[Json]] = {}
    for run in runs:
        by_name.setdefault(run["experiment"], []).append(run)
    return [experiment_of(name, by_name[name], where) for name in sorted(by_name)]


def experiment_of(name: str, runs: List[Json], where: str) -> Experiment:
    failed = [run for run in runs if not succeeded(run)]
    warmups = [run for run in runs if succeeded(run) and run["warmup"]]
    measured = [run for run in runs if succeeded(run) and not run["warmup"]]
    if not measured:
        raise RecordsError(
            f"{where}: {name} has no measured run: "
            f"{len(warmups)} warm-up and {len(failed)} failed runs are all there is"
        )
    if len({run["scaling"] for run in measured}) > 1:
        raise RecordsError(f"{where}: {name} has runs of strong and of weak scaling")
    scaling = measured[0]["scaling"]
    check_work(name, scaling, measured, where)
    grouped: Dict[Tuple[int, int], List[Json]] = {}
    for run in measured:
        grouped.setdefault((run["ranks"], run["nodes"]), []).append(run)
    for (ranks, nodes), of_point in grouped.items():
        if len({run["cores"] for run in of_point}) > 1:
            raise RecordsError(
                f"{where}: {name}: the runs at {ranks} ranks on {nodes} nodes had different numbers of cores"
            )
    points = [
        Point(ranks, nodes, tuple(sorted(of_point, key=run_order)))
        for (ranks, nodes), of_point in sorted(grouped.items())
    ]
    return Experiment(
        name, scaling, tuple(points), len(warmups), tuple(sorted(failure_line(run) for run in failed)), notes_of(points)
    )


def run_order(run: Json) -> Tuple[int, str]:
    return run["repeat"], json.dumps(run, sort_keys=True)


def check_work(name: str, scaling: str, runs: List[Json], where: str) -> None:
    """Strong: the same work everywhere. Weak: the same work per rank."""
    share = (lambda run: run["work"] / run["ranks"]) if scaling == "weak" else (lambda run: run["work"])
    shares = sorted(share(run) for run in runs)
    if shares[0] <= 0:
        raise RecordsError(f"{where}: {name}: work is {shares[0]:g}")
    if shares[-1] > shares[0] * 1.001:
        per_rank = " per rank" if scaling == "weak" else ""
        raise RecordsError(
            f"{where}: {name}: {scaling} scaling, but its runs differ in work{per_rank}: "
            f"{shares[0]:g} to {shares[-1]:g}"
        )


def failure_line(run: Json) -> str:
    kind = "warm-up" if run["warmup"] else f"repeat {run['repeat']}"
    why = f"exit code {run['exit_code']}" if run["exit_code"] != 0 else "its result failed the check"
    return f"{run['ranks']} ranks on {run['nodes']} nodes, {kind}: {why}"


def notes_of(points: List[Point]) -> Tuple[str, ...]:
    notes = []
    commits = {(run.get("context") or {}).get("commit") or "" for point in points for run in point.runs}
    if len(commits) > 1:
        notes.append(
            "The runs are of different commits: " + ", ".join(sorted(commit or "unknown" for commit in commits)) + "."
        )
    loads = [(run.get("context") or {}).get("load") for point in points for run in point.runs]
    first = sorted(load[0] for load in loads if load)
    if first:
        notes.append(
            f"Load of the machine before the runs: {first[0]:.1f} to {first[-1]:.1f} "
            f"(1 minute's average, earlier runs included), on {points[0].cores} cores."
        )
    few = [point for point in points if len(point.runs) < 5]
    if few:
        notes.append(
            "Fewer than 5 runs at " + ", ".join(f"{point.label} ({len(point.runs)})" for point in few) + " ranks@nodes."
        )
    return tuple(notes)
