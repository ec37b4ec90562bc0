"""The figure of the comparison with other systems: how many times as fast as the best other Seltzer is, row by row."""
from __future__ import annotations

from pathlib import Path
from typing import List, Sequence

from .comparison import HAND, TableRow, significant
from .records import RecordsError
from .style import BLUE, ORANGE, WIDTH, FuncFormatter, NullLocator, legend_below, plt, save

TICKS = (0.01, 0.1, 0.25, 0.5, 1, 2, 4, 10, 100, 1000, 10000)


def label_of(row: TableRow) -> str:
    assert row.times_as_fast is not None and row.best is not None
    return f"{significant(row.times_as_fast)} {row.best.title}"


def comparison_figure(rows: Sequence[TableRow], folder: Path, name: str) -> List[Path]:
    """Bars from 1, to the right where Seltzer is faster, on a logarithmic axis; the number and the best other's name."""
    shown = [row for row in rows if row.times_as_fast is not None]
    if not shown:
        raise RecordsError("no row has times of Seltzer and of another system")
    figure, axes = plt.subplots(figsize=(2 * WIDTH, 1.0 + 0.19 * len(shown)), layout="constrained")
    ratios = [row.times_as_fast for row in shown]
    for by_hand, colour, hatch, label in (
        (False, BLUE, "", "against the fastest other system"),
        (True, ORANGE, "////", "against a loop by hand on one core, where that is faster than all systems"),
    ):
        places = [i for i, row in enumerate(shown) if (row.best.system == HAND) == by_hand]
        axes.barh(
            places,
            [ratios[i] - 1 for i in places],
            left=1,
            height=0.7,
            color=colour,
            hatch=hatch,
            edgecolor="black",
            linewidth=0.5,
            label=label,
        )
    axes.set_xscale("log")
    low, high = min(*ratios, 0.5), max(*ratios, 2)
    axes.set_xlim(low / 1.3 / (high / low) ** 0.2, high * 1.3 * (high / low) ** 0.16)
    for i, ratio in enumerate(ratios):
        right = ratio >= 1
        axes.annotate(
            label_of(shown[i]),
            (ratio, i),
            (3 if right else -3, 0),
            textcoords="offset points",
            va="center",
            ha="left" if right else "right",
            fontsize=6,
        )
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_yticks(range(len(shown)))
    axes.set_yticklabels([row.title for row in shown], fontsize=6.5)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([tick for tick in TICKS if axes.get_xlim()[0] <= tick <= axes.get_xlim()[1]])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("time of the best other / Seltzer's")
    axes.grid(axis="x")
    legend_below(figure, (axes,), 1)
    return save(figure, folder, name)
