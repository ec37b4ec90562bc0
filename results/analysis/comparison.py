"""The comparison with other systems: its records, and the table that is made of them.

The records are a list of runs, each with its machine, versions, rows and measurements; of a row that several runs
have, the last one counts."""
from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, Dict, List, Optional, Tuple

from .records import RecordsError
from .text import markdown_table

SELTZER = "seltzer"
HAND = "hand"


@dataclass(frozen=True)
class Measurement:
    row: str
    system: str
    scale: float
    round: int
    seconds: Optional[float]  # of the work; of the whole process where the row says so
    megabytes: float  # resident, all processes together
    check: str = ""
    error: str = ""  # why there are no seconds


@dataclass(frozen=True)
class MeasuredRow:
    name: str
    title: str
    peers_of: str  # the row whose measurements of the other systems are also this one's
    skipped: Dict[str, str]  # by system: why it has no program


def row_of_peers(row: Any) -> str:
    """The row, of rows.py or of a run, under which the measurements of the other systems are."""
    return row.peers_of or row.name


@dataclass(frozen=True)
class Run:
    commit: str
    date: str
    machine: str
    command: str
    scale: float
    slow_scale: float
    timeout: float
    threads: int
    systems: Dict[str, Dict[str, str]]  # by system: its title, and its version or why it is missing
    rows: List[MeasuredRow]
    measurements: List[Measurement] = field(default_factory=list)

    def title(self, system: str) -> str:
        return self.systems[system]["title"]


@dataclass(frozen=True)
class Cell:
    """What the measurements of a system come to, in one row and at one scale."""

    system: str
    title: str
    scale: float
    seconds: Optional[float]  # median
    megabytes: float  # median
    count: int
    error: str

    def text(self) -> str:
        return f"{duration(self.seconds)} / {self.megabytes:.0f}" if self.seconds is not None else self.error[:80]


@dataclass(frozen=True)
class TableRow:
    name: str
    title: str
    seltzer: Optional[Cell]
    others: List[Cell]  # at the same scale, the fastest first; failures last
    slow: List[Tuple[Cell, Optional[Cell]]]  # at the scale of slow systems, with Seltzer's cell at that scale
    run: Run

    @property
    def best(self) -> Optional[Cell]:
        return next((cell for cell in self.others if cell.seconds is not None), None)

    @property
    def times_as_fast(self) -> Optional[float]:
        """The time of the best other over Seltzer's."""
        if self.best is None or self.seltzer is None or not self.seltzer.seconds or self.best.seconds is None:
            return None
        return self.best.seconds / self.seltzer.seconds


def duration(seconds: float) -> str:
    """Three digits: "4.88", "0.052", "3.6 us"."""
    if seconds < 0.001:
        return f"{significant(1e6 * seconds)} us"
    return significant(seconds)


def significant(value: float) -> str:
    if value >= 99.95:
        return f"{value:.0f}"
    if value >= 9.995:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.0995 else f"{value:.2g}"


def scale_text(scale: float) -> str:
    return f"1/{1 / scale:.0f}" if scale < 1 and abs(1 / scale - round(1 / scale)) < 1e-9 / scale else f"{scale:g}"


def write_runs(runs: List[Run], file: Path) -> None:
    text = json.dumps({"runs": [asdict(run) for run in runs]}, indent=1)
    unfinished = file.with_name(file.name + ".new")
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(file)


def read_runs(file: Path) -> List[Run]:
    """Raises RecordsError."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        runs = [run_of(fields) for fields in found["runs"]]
    except (OSError, UnicodeDecodeError) as error:
        raise RecordsError(f"{file}: cannot be read: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RecordsError(f"{file}: no records of results/compare: {error}") from error
    if not any(run.measurements for run in runs):
        raise RecordsError(f"{file}: there are no measurements")
    return runs


def run_of(fields: Dict[str, Any]) -> Run:
    rows = [MeasuredRow(**row) for row in fields.pop("rows")]
    measurements = [Measurement(**measurement) for measurement in fields.pop("measurements")]
    return Run(**fields, rows=rows, measurements=measurements)


def cell_of(run: Run, row: str, system: str, scale: float) -> Optional[Cell]:
    found = [m for m in run.measurements if (m.row, m.system, m.scale) == (row, system, scale)]
    if not found:
        return None
    seconds = [m.seconds for m in found if m.seconds is not None]
    error = next((m.error for m in found if m.error), "")
    middle = median(seconds) if seconds and not error else None
    return Cell(system, run.title(system), scale, middle, median(m.megabytes for m in found), len(found), error)


def cells_of(run: Run, row: MeasuredRow, scale: float) -> List[Cell]:
    """Those of the other systems."""
    found = []
    for system in run.systems:
        if system == SELTZER:
            continue
        cell = cell_of(run, row.name if system == HAND else row_of_peers(row), system, scale)
        found += [cell] if cell else []
    return sorted(found, key=lambda cell: float("inf") if cell.seconds is None else cell.seconds)


def table_rows(runs: List[Run]) -> List[TableRow]:
    """In the order in which the rows first appear."""
    rows: Dict[str, TableRow] = {}
    for run in runs:
        for row in run.rows:
            if not any(m.row == row.name and m.system in (SELTZER, HAND) for m in run.measurements):
                continue
            own = cell_of(run, row.name, SELTZER, run.scale)
            slow_own = cell_of(run, row.name, SELTZER, run.slow_scale)
            slow = cells_of(run, row, run.slow_scale) if run.slow_scale != run.scale else []
            rows[row.name] = TableRow(
                row.name, row.title, own, cells_of(run, row, run.scale), [(cell, slow_own) for cell in slow], run
            )
    return list(rows.values())


def merged(earlier: List[Run], run: Run) -> List[Run]:
    """The earlier runs without the rows that `run` has measured, but with what the rows that stay need of these; and
    `run`, if it has measured any."""
    own = (SELTZER, HAND)
    measured = {m.row for m in run.measurements if m.system in own}
    kept = []
    for old in earlier:
        rows = [row for row in old.rows if row.name not in measured]
        needed = {(row.name, system) for row in rows for system in own}
        needed |= {(row_of_peers(row), system) for row in rows for system in old.systems if system not in own}
        measurements = [m for m in old.measurements if (m.row, m.system) in needed]
        if any(m.system in own for m in measurements):
            kept.append(replace(old, measurements=measurements))
    return [*kept, run] if run.measurements else kept


def slow_text(cell: Cell, seltzer: Optional[Cell]) -> str:
    beside = f" (Seltzer {duration(seltzer.seconds)})" if seltzer and seltzer.seconds is not None else ""
    return f"{cell.title} at {scale_text(cell.scale)}: {cell.text()}{beside if cell.seconds is not None else ''}"


def table(rows: List[TableRow]) -> List[str]:
    heads = ["work", "Seltzer", "best other", "x", "the others"]
    lines = []
    for row in rows:
        best = row.best
        rest = [f"{cell.title} {cell.text()}" for cell in row.others if cell is not best]
        rest += [slow_text(cell, own) for cell, own in row.slow]
        lines.append(
            [
                row.title,
                row.seltzer.text() if row.seltzer else "",
                f"{best.title} {best.text()}" if best else "",
                significant(row.times_as_fast) if row.times_as_fast else "",
                "; ".join(rest),
            ]
        )
    text = markdown_table(heads, lines)
    text[1] = "|---|---:|---|---:|---|"
    return text


def not_measured(rows: List[TableRow]) -> List[str]:
    """The systems that a row has no number of, and why, as items."""
    reasons: Dict[Tuple[str, str], List[str]] = {}
    for row in rows:
        measured = {each.name: each for each in row.run.rows}
        for system, reason in measured[row.name].skipped.items():
            reasons.setdefault((row.run.title(system), reason), []).append(row.title)
        for system, state in row.run.systems.items():
            if "missing" in state:
                reasons.setdefault((state["title"], state["missing"]), []).append("")
    items = []
    for (title, reason), titles in reasons.items():
        named = ", ".join(f"“{each}”" for each in titles if each)
        items.append(f"- {title}: {reason}{': ' + named if named else ''}")
    return items


def describe(run: Run) -> List[str]:
    names = [f"{state['title']} {state['version']}" for state in run.systems.values() if state.get("version")]
    count = max((m.round for m in run.measurements), default=0) + 1
    scale = "" if run.scale == 1 else f" All sizes are {scale_text(run.scale)} of those in the table."
    return [
        f"{run.machine}; commit {run.commit}, {run.date}; medians of {count} in turn.{scale} {', '.join(names)}.",
        "",
        f"    {run.command}",
    ]


EXPLANATION = """\
Seconds of the work within the program, the second time it is done, / MB of all processes of the program. x: the time of the best other over
Seltzer's, so more is better. All had {threads} threads or ranks, “by hand” one. Memory is the largest sum of the processes' resident
memory, read every 50 ms: pages that processes share count in each, the data of “cached” rows and the check of the results are included.
Slow systems had less data: their cells say how much, and what Seltzer takes for as much."""


def report(runs: List[Run]) -> str:
    rows = table_rows(runs)
    used = [run for run in runs if any(row.run is run for row in rows)]
    lines = ["# Seltzer and others", "", EXPLANATION.format(threads=used[-1].threads), ""]
    for run in used:
        lines += [*describe(run), ""]
    lines += [*table(rows), "", "![how many times as fast as the best other](peers.svg)", ""]
    left_out = not_measured(rows)
    if left_out:
        lines += ["Not measured:", "", *left_out, ""]
    return "\n".join(lines).rstrip("\n") + "\n"
