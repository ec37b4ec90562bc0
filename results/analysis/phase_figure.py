"""The phases of a job as the ranks grow: a stacked bar for each number of ranks."""
from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np

from .figures import figure_title
from .records import Experiment, Point
from .style import GREY, WIDTH, Axes, legend_below, plt, save

OUTSIDE = "outside jobs"
OTHER = "other phases"

# Each phase has the same colour (and hatch) in all figures, listed from bottom to top; palettes of Okabe, Ito and Tol.
COLOURS: Dict[str, Tuple[str, str]] = {
    "map: execute": ("#0072B2", ""),
    "map: deserialize data": ("#56B4E9", ""),
    "map: deserialize function": ("#56B4E9", "////"),
    "map: cache lookup": ("#56B4E9", "...."),
    "shuffle: write": ("#F0E442", ""),
    "shuffle: exchange": ("#E69F00", ""),
    "shuffle: read": ("#D55E00", ""),
    "result: serialize": ("#009E73", "////"),
    "result: gather": ("#009E73", ""),
    "result: driver deserialize": ("#009E73", "...."),
    "driver: plan": ("#CC79A7", ""),
    "driver: serialize function": ("#CC79A7", "////"),
    "driver: broadcast": ("#882255", ""),
    "driver: serialize data": ("#CC79A7", "...."),
    "driver: scatter": ("#882255", "////"),
    "wait: for other ranks": ("#BBBBBB", ""),
    OTHER: ("#FFFFFF", "xxxx"),
}
LEAST_SHARE = 0.01  # a phase that never exceeds this share of a bar is drawn as OTHER


def stacks(points: Tuple[Point, ...]) -> Dict[str, np.ndarray]:
    """Seconds of each phase at each point, from the bottom up: the mean over the ranks, the median over the runs. Small
    phases are merged."""
    names = {name for point in points for name in point.phase_names()} - {OUTSIDE}
    ordered = [name for name in COLOURS if name in names] + sorted(names - set(COLOURS))
    seconds = {name: np.array([point.phase(name) for point in points]) for name in ordered}
    total = sum(seconds.values(), np.zeros(len(points)))
    shares = {
        name: float(np.max(np.divide(part, total, out=np.zeros_like(part), where=total > 0)))
        for name, part in seconds.items()
    }
    small = [name for name in ordered if shares[name] < LEAST_SHARE or name not in COLOURS]
    shown = {name: seconds[name] for name in ordered if name not in small}
    rest = sum((seconds[name] for name in small), np.zeros(len(points)))
    if np.any(rest > LEAST_SHARE / 2 * total):
        shown[OTHER] = rest
    return shown


def draw_stacks(axes: Axes, parts: Dict[str, np.ndarray], scale: np.ndarray) -> None:
    base = np.zeros(len(scale))
    for name, seconds in parts.items():
        colour, hatch = COLOURS[name]
        axes.bar(
            np.arange(len(scale)),
            seconds * scale,
            bottom=base,
            width=0.72,
            color=colour,
            hatch=hatch,
            edgecolor="#333333",
            linewidth=0.3,
            label=name,
        )
        base = base + seconds * scale


def phases_figure(experiment: Experiment, folder: Path) -> List[Path]:
    """Seconds above, shares below; no figure if the records have no phases."""
    points = tuple(point for point in experiment.points if point.phase_names())
    parts = stacks(points) if points else {}
    if not parts:
        return []
    total = sum(parts.values(), np.zeros(len(points)))
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(WIDTH, 3.9), sharex=True, layout="constrained")
    draw_stacks(top, parts, np.ones(len(points)))
    draw_stacks(bottom, parts, np.divide(100, total, out=np.zeros_like(total), where=total > 0))
    top.set_title(figure_title(experiment), loc="left")
    top.set_ylabel("mean over ranks (s)")
    bottom.set_ylabel("share of the job (%)")
    bottom.set_ylim(0, 100)
    top.set_ylim(0, 1.04 * float(total.max()))
    several = any(point.nodes > 1 for point in points)
    bottom.set_xticks(np.arange(len(points)))
    labels = [
        (point.label if several else f"{point.ranks}") + ("*" if point.oversubscribed else "") for point in points
    ]
    crowded = len(labels) * max(map(len, labels)) > 35
    bottom.set_xticklabels(
        labels, rotation=45 if crowded else 0, ha="right" if crowded else "center", rotation_mode="anchor"
    )
    bottom.set_xlabel(
        ("ranks@nodes" if several else "ranks")
        + (" (* more ranks than cores)" if any(point.oversubscribed for point in points) else "")
    )
    for axes in (top, bottom):
        axes.grid(axis="y", color=GREY, alpha=0.25)
        axes.tick_params(axis="x", length=0)
    legend_below(figure, (top,), gap=0.8, upward=True)
    return save(figure, folder, f"{experiment.name}-phases")
