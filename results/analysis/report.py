"""report.md: what was measured where, a table per experiment, fits, and links to the figures."""
from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Sequence

from .figures import execute_imbalance, figure_title, task_skew
from .fits import fit_law, karp_flatt, laws_for
from .records import Experiment, Json, Point
from .text import markdown_table


def number(value: Optional[float], form: str = ".3g") -> str:
    return "" if value is None else f"{value:{form}}"


def write_report(experiments: Sequence[Experiment], figures: Sequence[Sequence[Path]], out: Path) -> Path:
    """`figures` are the files of each experiment, in the order of `experiments`."""
    lines = [
        "# Scaling",
        "",
        "Made by `results/plot` from the records (`*.jsonl`) alone. "
        "Seconds are those of the program's RESULT line, medians of",
        "the runs; speed-up is relative to the fewest ranks that were run.",
        "",
    ]
    lines += marks(experiments)
    lines += markdown_table(
        ["experiment", "scaling", "work", "ranks@nodes", "best speed-up", "fit"],
        [summary(each) for each in experiments],
    )
    for experiment, files in zip(experiments, figures):
        lines += ["", *section(experiment, files, out)]
    file = out / "report.md"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def marks(experiments: Sequence[Experiment]) -> List[str]:
    points = [point for experiment in experiments for point in experiment.points]
    lines = []
    if any(point.oversubscribed for point in points):
        lines += [
            "\\* **oversubscribed**: more ranks than physical cores, so that ranks take turns; "
            "no scaling can be expected of such a point. It is",
            "drawn hollow or hatched and left out of the fits.",
            "",
        ]
    if any(point.emulated for point in points):
        lines += [
            "† **emulated**: " + "; ".join(sorted({point.emulated for point in points if point.emulated})) + ".",
            "",
        ]
    return lines


def point_text(point: Point) -> str:
    return point.label + ("*" if point.oversubscribed else "") + ("†" if point.emulated else "")


def summary(experiment: Experiment) -> List[str]:
    best = max(experiment.points, key=experiment.speedup)
    law = laws_for(experiment.scaling)[0]
    return [
        experiment.name,
        experiment.scaling,
        figure_title(experiment).split(": ", 1)[1],
        " ".join(map(point_text, experiment.points)),
        f"{experiment.speedup(best):.2f} at {point_text(best)}",
        f"{law.name}: {fit_law(experiment, law).text()}",
    ]


def section(experiment: Experiment, files: Sequence[Path], out: Path) -> List[str]:
    lines = [f"## {experiment.name}", "", *machine(experiment), ""]
    lines += markdown_table(columns(experiment), [row(experiment, point) for point in experiment.points])
    lines += [""] + [
        f"- {law.name}, `{law.formula}`: {fit_law(experiment, law).text()}." for law in laws_for(experiment.scaling)
    ]
    if experiment.base.ranks > 1:
        lines.append(
            f"- No run on 1 rank: {experiment.base.ranks} ranks are assumed to be "
            f"{experiment.base.ranks} times as fast as one."
        )
    if len(experiment.main_points) == 1:
        lines.append("- A single rank count: nothing can be said about scaling.")
    lines.append(f"- Left out: {experiment.warmups} warm-up and {len(experiment.failures)} failed runs.")
    lines += [f"  - failed: {failure}." for failure in experiment.failures]
    lines += [f"- {note}" for note in experiment.notes]
    pictures = [file for file in files if file.suffix == ".svg"]
    lines += [""] + [f"![{file.stem}]({file.relative_to(out).as_posix()})" for file in pictures]
    return lines


def machine(experiment: Experiment) -> List[str]:
    context = experiment.context
    run = experiment.base.runs[0]
    hosts = sorted({host for point in experiment.points for each in point.runs for host in each.get("hosts") or []})
    dates = sorted(
        {((each.get("context") or {}).get("date") or "") for point in experiment.points for each in point.runs} - {""}
    )
    facts = [
        ("program", " ".join([run.get("program", ""), *map(str, run.get("arguments") or [])]).strip()),
        ("machine", context.get("cpu")),
        ("physical cores", " ".join(map(str, sorted({p.cores for p in experiment.points})))),
        ("hosts", " ".join(hosts)),
        ("commit", context.get("commit", "")),
        ("compiler", context.get("compiler", "")),
        ("flags", context.get("flags", "")),
        ("MPI", first_line(context.get("mpi_library") or "")),
        ("date", dates[0] if len(set(dates)) == 1 else f"{dates[0]} to {dates[-1]}" if dates else ""),
    ]
    return [f"- {name}: {value}" for name, value in facts if value]


def first_line(text: str) -> str:
    return text.splitlines()[0].strip() if text.strip() else ""


def columns(experiment: Experiment) -> List[str]:
    heads = ["ranks@nodes", "runs", "median s", "min s", "max s", "speed-up", "efficiency %"]
    heads += ["Karp-Flatt"] if experiment.scaling == "strong" else []
    return heads + ["execute max/mean", "task max/median", "resident MB", "allreduce 8 B us", "start-up s"]


def row(experiment: Experiment, point: Point) -> List[str]:
    speedup = experiment.speedup(point)
    cells = [
        point_text(point),
        f"{len(point.runs)}",
        number(point.median, ".4g"),
        number(min(point.seconds), ".4g"),
        number(max(point.seconds), ".4g"),
        number(speedup, ".2f"),
        number(100 * speedup / point.ranks, ".1f"),
    ]
    if experiment.scaling == "strong":
        cells.append(number(karp_flatt(speedup, point.ranks), ".4f"))
    return cells + [
        number(point.middle(execute_imbalance), ".3f"),
        number(point.middle(task_skew), ".2f"),
        number(point.middle(resident_megabytes), ".0f"),
        number(point.middle(allreduce), ".1f"),
        number(point.middle(start_up), ".2f"),
    ]


def resident_megabytes(run: Json) -> Optional[float]:
    found = run.get("memory_resident_max")
    return None if found is None else found / 1e6


def allreduce(run: Json) -> Optional[float]:
    """Microseconds of an allreduce of 8 bytes in the same allocation."""
    measured = (run.get("baseline") or {}).get("allreduce") or []
    return next((each["us"] for each in measured if each["bytes"] == 8), None)


def start_up(run: Json) -> Optional[float]:
    """Seconds of the whole command outside the program's own time: launcher, MPI_Init, MPI_Finalize."""
    wall = run.get("wall_seconds")
    return None if wall is None else wall - run["seconds"]
