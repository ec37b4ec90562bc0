"""Style and output of all figures: one column of a paper wide, the same bytes for the same records."""
from __future__ import annotations

from pathlib import Path
from typing import Iterable, List, Sequence

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (after the choice of the backend)
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import FuncFormatter, NullLocator  # noqa: E402

WIDTH = 3.5  # inches: a column
BLUE, VERMILLION, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#AA4499", "#666666"  # Okabe and Ito, Tol
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"  # Okabe and Ito

plt.rcParams.update(
    {
        "font.family": "DejaVu Sans",
        "font.size": 8,
        "axes.titlesize": 8,
        "axes.labelsize": 8,
        "legend.fontsize": 7,
        "xtick.labelsize": 7,
        "ytick.labelsize": 7,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.7,
        "axes.axisbelow": True,
        "grid.color": "#dddddd",
        "grid.linewidth": 0.5,
        "lines.linewidth": 1.2,
        "lines.markersize": 5,
        "hatch.linewidth": 0.6,
        "legend.frameon": False,
        "legend.handlelength": 1.8,
        "svg.fonttype": "path",
        "svg.hashsalt": "seltzer",
    }
)


def save(figure: Figure, folder: Path, name: str) -> List[Path]:
    """Writes <name>.svg and <name>.png without a date, and closes the figure."""
    files = [folder / f"{name}.svg", folder / f"{name}.png"]
    figure.savefig(files[0], bbox_inches="tight", pad_inches=0.04, metadata={"Date": None, "Creator": None})
    figure.savefig(files[1], bbox_inches="tight", pad_inches=0.04, dpi=200, metadata={"Software": None})
    plt.close(figure)
    return files


def rank_axis(axes: Axes, ranks: Iterable[int]) -> None:
    ticked_axis(axes, ranks, "ranks")


def ticked_axis(axes: Axes, values: Iterable[float], label: str) -> None:
    """A logarithmic x axis with ticks at the values that were run, thinned where they would touch."""
    ticks = sorted(set(values))
    axes.set_xscale("log", base=2)
    axes.set_xlim(ticks[0] / 1.25, ticks[-1] * 1.25)
    shown = thinned(ticks)
    axes.set_xticks(shown)
    axes.set_xticklabels([f"{tick:.12g}" for tick in shown])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(label)


def thinned(ticks: Sequence[float]) -> List[float]:
    """From the right, the `ticks` that are at least a fourteenth of the (logarithmic) axis apart."""
    least = max((ticks[-1] / ticks[0]) ** (1 / 14), 1.01)
    kept = [ticks[-1]]
    for tick in reversed(ticks[:-1]):
        if kept[-1] / tick >= least:
            kept.append(tick)
    return kept[::-1]


def power_axis(axes: Axes, low: float, high: float) -> None:
    """A logarithmic y axis from low to high with plain numbers at the powers of two."""
    axes.set_yscale("log", base=2)
    axes.set_ylim(low, high)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def legend_below(
    figure: Figure, axes: Sequence[Axes], columns: int = 2, gap: float = 0.6, upward: bool = False
) -> None:
    """One legend for all axes below the figure, each label once. `gap` is the space before a label; `upward` lists the
    last label first, as in a stack."""
    entries = {}
    for part in axes:
        for handle, label in zip(*part.get_legend_handles_labels()):
            entries.setdefault(label, handle)
    labels = list(entries)[::-1] if upward else list(entries)
    figure.legend(
        [entries[label] for label in labels],
        labels,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        ncol=columns,
        columnspacing=1.2,
        handletextpad=gap,
    )
