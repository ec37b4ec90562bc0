"""The pi figure: bars of speed-up against the number of processes, the ideal behind them, lines at the physical
cores."""
from __future__ import annotations

from pathlib import Path
from typing import List

import numpy as np

from .figures import core_lines, figure_title
from .records import Experiment
from .style import BLUE, GREY, WIDTH, plt, save


def pi_figure(experiment: Experiment, folder: Path, name: str) -> List[Path]:
    """Bars stand side by side for the process counts that were run, hatched where there are more processes than
    cores."""
    points = experiment.main_points
    places = np.arange(len(points), dtype=float)
    ranks = np.array([point.ranks for point in points], float)
    speedups = np.array([experiment.speedup(point) for point in points])
    figure, axes = plt.subplots(figsize=(WIDTH, 2.6), layout="constrained")
    axes.bar(places, ranks, width=0.86, color="#dddddd", label="ideal", zorder=1)
    ends = np.array(
        [
            [experiment.speedup(point, max(point.seconds)), experiment.speedup(point, min(point.seconds))]
            for point in points
        ]
    )
    spread = np.abs(ends.T - speedups)
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
    axes.errorbar(places, speedups, yerr=spread, linestyle="none", color="black", elinewidth=0.8, capsize=2, zorder=4)
    top = float(ranks.max()) if ranks.max() <= 4 * speedups.max() else 2 * float(speedups.max())
    for place, speedup, most, count in zip(places, speedups, ends[:, 1], ranks):
        axes.annotate(
            f"{speedup:.2f}",
            (place, most),
            textcoords="offset points",
            xytext=(0, 4),
            ha="center",
            fontsize=6.5,
            zorder=5,
            bbox={
                "boxstyle": "square,pad=0.1",
                "facecolor": "#dddddd" if count > 1.1 * most else "white",
                "linewidth": 0,
            },
        )
        if count > 1.12 * top:
            axes.annotate(
                f"{count:.0f} ↑",
                (place, 1.12 * top),
                textcoords="offset points",
                xytext=(0, -8),
                ha="center",
                fontsize=6.5,
                color=GREY,
            )
    for count in core_lines(experiment):
        axes.axhline(
            count,
            color=GREY,
            linestyle=":",
            linewidth=1.0,
            zorder=3,
            label=f"{count} physical core{'s' if count > 1 else ''}",
        )
        axes.axvline(float(np.interp(count, ranks, places)), color=GREY, linestyle=":", linewidth=1.0, zorder=0.5)
    axes.set_ylim(0, 1.12 * top)
    axes.set_xticks(places)
    axes.set_xticklabels([f"{point.ranks}" for point in points])
    axes.tick_params(axis="x", length=0)
    axes.set_xlabel("processes")
    axes.set_ylabel("speed-up")
    axes.set_title(figure_title(experiment), loc="left")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncol=2, columnspacing=1.2)
    return save(figure, folder, name)
