"""The pi figure: bars of speed-up by number of processes in front of the ideal, with lines at the physical cores."""
from __future__ import annotations

from pathlib import Path
from typing import Any, List, Sequence

import numpy as np

from .figures import core_lines, cores_text, figure_title
from .records import Experiment, Point
from .style import BLUE, GREY, WIDTH, Axes, legend_below, plt, save


def draw_bars(axes: Axes, points: Sequence[Point], speedups: np.ndarray) -> None:
    """Hatched if there are more processes than cores."""
    places = np.arange(len(points), dtype=float)
    for crowded, hatch, label in ((False, "", "measured"), (True, "/////", "measured, more processes than cores")):
        here = np.array([point.oversubscribed == crowded for point in points])
        if here.any():
            axes.bar(
                places[here],
                speedups[here],
                width=0.56,
                color=BLUE if not crowded else "#7fb8d8",
                hatch=hatch,
                edgecolor="white",
                linewidth=0,
                label=label,
                zorder=2,
            )


def write_number(axes: Axes, text: str, place: float, height: float, rise: int, **style: Any) -> None:
    """Writes the text `rise` points above the height."""
    axes.annotate(
        text, (place, height), textcoords="offset points", xytext=(0, rise), ha="center", fontsize=6.5, **style
    )


def write_numbers(axes: Axes, ranks: np.ndarray, speedups: np.ndarray, fastest: np.ndarray, top: float) -> None:
    """The speed-up, above its error bar; and the ideal at the top edge, if its bar is cut off there."""
    for place, (speedup, most, count) in enumerate(zip(speedups, fastest, ranks)):
        ground = "#dddddd" if count > 1.1 * most else "white"
        box = {"boxstyle": "square,pad=0.1", "facecolor": ground, "linewidth": 0}
        write_number(axes, f"{speedup:.2f}", place, most, 4, zorder=5, bbox=box)
        if count > 1.12 * top:
            write_number(axes, f"{count:.0f} ↑", place, 1.12 * top, -8, color=GREY)


def mark_cores(axes: Axes, experiment: Experiment, ranks: np.ndarray, places: np.ndarray) -> None:
    """Lines at the number of cores, as a speed-up and as a number of processes."""
    for count in core_lines(experiment):
        axes.axhline(count, color=GREY, linestyle=":", linewidth=1.0, zorder=3, label=cores_text(count))
        axes.axvline(float(np.interp(count, ranks, places)), color=GREY, linestyle=":", linewidth=1.0, zorder=0.5)


def pi_figure(experiment: Experiment, folder: Path, name: str) -> List[Path]:
    """Measured bars with their spread, in front of the ideal ones."""
    points = experiment.main_points
    places = np.arange(len(points), dtype=float)
    ranks = np.array([point.ranks for point in points], float)
    speedups = np.array([experiment.speedup(point) for point in points])
    slowest = np.array([experiment.speedup(point, max(point.seconds)) for point in points])
    fastest = np.array([experiment.speedup(point, min(point.seconds)) for point in points])
    figure, axes = plt.subplots(figsize=(WIDTH, 2.6), layout="constrained")
    axes.bar(places, ranks, width=0.86, color="#dddddd", label="ideal", zorder=1)
    draw_bars(axes, points, speedups)
    spread = np.abs(np.array([slowest, fastest]) - speedups)
    axes.errorbar(places, speedups, yerr=spread, linestyle="none", color="black", elinewidth=0.8, capsize=2, zorder=4)
    top = float(ranks.max()) if ranks.max() <= 4 * speedups.max() else 2 * float(speedups.max())
    write_numbers(axes, ranks, speedups, fastest, top)
    mark_cores(axes, experiment, ranks, places)
    axes.set_ylim(0, 1.12 * top)
    axes.set_xticks(places)
    axes.set_xticklabels([f"{point.ranks}" for point in points])
    axes.tick_params(axis="x", length=0)
    axes.set_xlabel("processes")
    axes.set_ylabel("speed-up")
    axes.set_title(figure_title(experiment), loc="left")
    legend_below(figure, (axes,), gap=0.8)
    return save(figure, folder, name)
