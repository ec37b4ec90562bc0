"""Figures of an experiment's times: speed-up and efficiency, the serial fraction, imbalance."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import numpy as np

from .fits import Fit, laws_for, fit_law, serial_fractions
from .records import Experiment, Json, Point
from .style import BLUE, GREEN, GREY, PURPLE, VERMILLION, WIDTH, Axes, legend_below, plt, power_axis, rank_axis, save

HOLLOW = "more ranks than cores (not fitted)"
EXECUTE = "map: execute"


def figure_title(experiment: Experiment) -> str:
    return f"{experiment.name}: {work_text(experiment)}"


def work_text(experiment: Experiment) -> str:
    unit = experiment.base.runs[0].get("unit") or "units of work"
    if experiment.scaling == "strong":
        return f"{amount(experiment.base.work)} {unit}"
    return f"{amount(experiment.base.work / experiment.base.ranks)} {unit} per rank"


def amount(value: float) -> str:
    """A round number in scientific notation: 5 × 10⁸."""
    digits, _, exponent = f"{value:.3e}".partition("e")
    if abs(int(exponent)) < 5:
        return f"{value:g}"
    power = "10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return power if float(digits) == 1 else f"{float(digits):g} × {power}"


def point_marker(point: Point) -> str:
    return "o" if point.nodes == 1 else "s"


def point_name(point: Point) -> str:
    where = "one node" if point.nodes == 1 else "several emulated hosts" if point.emulated else "several nodes"
    return f"{where}, {HOLLOW}" if point.oversubscribed else where


def draw_ideal(axes: Axes, ranks: List[int], first: float, last: float) -> None:
    """A dashed line from `first` at the fewest ranks to `last` at the most."""
    axes.plot(
        [min(ranks), max(ranks)], [first, last], color="black", linewidth=0.8, linestyle=(0, (4, 2)), label="ideal"
    )


def marker_style(point: Point, colour: str, marker: str) -> Dict[str, str]:
    """Hollow for an oversubscribed point."""
    face = "white" if point.oversubscribed else colour
    return {"color": colour, "marker": marker, "markerfacecolor": face}


def draw_spread(axes: Axes, place: float, low: float, middle: float, high: float, **style: Any) -> None:
    """A marker with a bar from low to high."""
    bar = [[max(middle - low, 0)], [max(high - middle, 0)]]
    axes.errorbar([place], [middle], yerr=bar, elinewidth=0.8, capsize=2, **style)


def draw_points(
    axes: Axes, experiment: Experiment, value: Callable[[Point, Optional[float]], float], colour: str = BLUE
) -> None:
    """The median of each point with a bar from its slowest to its fastest run, and a line through the main points."""
    main = experiment.main_points
    axes.plot(
        [point.ranks for point in main],
        [value(point, None) for point in main],
        color=colour,
        linewidth=0.8,
        alpha=0.6,
        zorder=2,
    )
    for point in experiment.points:
        middle = value(point, None)
        ends = sorted((value(point, min(point.seconds)), value(point, max(point.seconds))))
        style = marker_style(point, colour, point_marker(point))
        draw_spread(axes, point.ranks, ends[0], middle, ends[1], linestyle="none", zorder=3, **style)
        axes.plot([], [], linestyle="none", label=point_name(point), **style)
        if point not in main:
            axes.annotate(
                f"{point.nodes}",
                (point.ranks, middle),
                textcoords="offset points",
                xytext=(5, -3),
                fontsize=6,
                color=colour,
            )


def core_lines(experiment: Experiment) -> List[int]:
    """The number of physical cores of a node, to be marked if some point has as many ranks or more."""
    cores = {point.cores for point in experiment.points if point.nodes == 1 or point.emulated}
    most = max(point.ranks for point in experiment.points)
    return sorted(count for count in cores if len(cores) == 1 and count <= most)


def cores_text(count: int) -> str:
    return f"{count} physical core{'s' if count > 1 else ''}"


def draw_cores(axes: Axes, experiment: Experiment) -> None:
    for count in core_lines(experiment):
        axes.axvline(count, color=GREY, linestyle=":", linewidth=0.9, zorder=1, label=cores_text(count))


def draw_fits(axes: Axes, experiment: Experiment, value: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
    """Each law as `value(ranks, speed-up)`: solid within the fitted ranks, dashed beyond."""
    most = max(point.ranks for point in experiment.points)
    for law, colour in zip(laws_for(experiment.scaling), (VERMILLION, GREEN)):
        fit = fit_law(experiment, law)
        if not isinstance(fit, Fit):
            continue
        for begin, end, style in ((fit.ranks[0], fit.ranks[-1], "-"), (fit.ranks[-1], most, "--")):
            ranks = np.geomspace(begin, end, 100)
            seconds = fit.seconds_alone * (ranks if experiment.scaling == "weak" else 1) / fit.capacity(ranks)
            growth = ranks / experiment.base.ranks if experiment.scaling == "weak" else 1.0
            speedup = experiment.base.ranks * growth * experiment.base.median / seconds
            shown = value(ranks, speedup)
            axes.plot(
                ranks,
                np.where(shown > 0, shown, np.nan),
                style,
                color=colour,
                linewidth=1.0,
                zorder=2,
                label=fit_label(fit, most) if style == "-" else None,
            )


def fit_label(fit: Fit, most: int) -> str:
    names = {"sigma": "σ", "kappa": "κ"}
    values = ", ".join(
        f"{names.get(name, name)} = {fit.values[name]:.2g} ± {fit.half_widths[name]:.1g}" for name in fit.law.names
    )
    return f"{fit.law.name}: {values}" + (" (dashed: beyond the fit)" if most > fit.ranks[-1] else "")


def speedup_figure(experiment: Experiment, folder: Path) -> List[Path]:
    """Strong: speed-up over efficiency. Weak: time over efficiency."""
    strong = experiment.scaling == "strong"
    ranks = [point.ranks for point in experiment.points]
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(WIDTH, 3.9), sharex=True, gridspec_kw={"height_ratios": (1.35, 1)}, layout="constrained"
    )
    for axes in (top, bottom):
        axes.grid(axis="y")
        draw_cores(axes, experiment)
    if strong:
        draw_speedup(top, experiment)
    else:
        draw_time(top, experiment)
    top.set_title(figure_title(experiment), loc="left")
    draw_ideal(bottom, ranks, 100, 100)
    draw_points(bottom, experiment, lambda point, seconds: 100 * experiment.efficiency(point, seconds))
    draw_fits(bottom, experiment, lambda count, speedup: 100 * speedup / count)
    bottom.set_ylim(0, max(110, bottom.get_ylim()[1]))
    bottom.set_ylabel("efficiency (%)")
    rank_axis(bottom, ranks)
    legend_below(figure, (top, bottom), 1)
    return save(figure, folder, f"{experiment.name}-{'speedup' if strong else 'time'}")


def draw_speedup(axes: Axes, experiment: Experiment) -> None:
    ranks = [point.ranks for point in experiment.points]
    draw_ideal(axes, ranks, min(ranks), max(ranks))
    draw_points(axes, experiment, experiment.speedup)
    draw_fits(axes, experiment, lambda _, speedup: speedup)
    lowest = min(experiment.speedup(point, max(point.seconds)) for point in experiment.points)
    power_axis(axes, min(lowest, min(ranks)) / 1.2, max(ranks) * 1.2)
    axes.set_ylabel("speed-up")


def draw_time(axes: Axes, experiment: Experiment) -> None:
    draw_points(axes, experiment, lambda point, seconds: point.median if seconds is None else seconds)
    draw_ideal(axes, [point.ranks for point in experiment.points], experiment.base.median, experiment.base.median)
    axes.set_ylim(0, 1.08 * max(max(point.seconds) for point in experiment.points))
    axes.set_ylabel("time (s)")


def serial_figure(experiment: Experiment, folder: Path) -> List[Path]:
    """Karp and Flatt's serial fraction over ranks; no figure if no point has two ranks."""
    points = [point for point in experiment.points if point.ranks > 1]
    if not points:
        return []
    figure, axes = plt.subplots(figsize=(WIDTH, 2.1), layout="constrained")
    axes.grid(axis="y")
    axes.axhline(0, color="black", linewidth=0.7)
    draw_cores(axes, experiment)
    for point in points:
        low, middle, high = serial_fractions(experiment, point)
        style = marker_style(point, BLUE, point_marker(point))
        draw_spread(axes, point.ranks, low, middle, high, linestyle="none", zorder=3, **style)
        axes.plot([], [], linestyle="none", label=point_name(point).replace(" (not fitted)", ""), **style)
    axes.set_title(figure_title(experiment), loc="left")
    axes.set_ylabel("serial fraction\n(Karp-Flatt)")
    rank_axis(axes, [point.ranks for point in points])
    legend_below(figure, (axes,), 1)
    return save(figure, folder, f"{experiment.name}-serial-fraction")


def execute_imbalance(run: Json) -> Optional[float]:
    """The slowest rank's time in the user's functions, over the mean of the ranks."""
    execute = (run.get("phases") or {}).get(EXECUTE)
    return execute["max"] / execute["mean"] if execute and execute["mean"] > 0 else None


def task_skew(run: Json) -> Optional[float]:
    """Longest over median task in the longest stage with at least two tasks."""
    stages = [stage for stage in run.get("stages") or [] if stage.get("tasks", 0) > 1 and stage.get("skew")]
    return max(stages, key=stage_seconds)["skew"] if stages else None


def stage_seconds(stage: Json) -> float:
    """Wall time of a stage; that of the slowest rank if it is given per rank."""
    wall = stage.get("wall", stage.get("wall_seconds", 0.0))
    return float(wall.get("max", 0.0)) if isinstance(wall, dict) else float(wall or 0.0)


def imbalance_figure(experiment: Experiment, folder: Path) -> List[Path]:
    series = (
        (execute_imbalance, "execute: slowest rank / mean of ranks", VERMILLION, "o", -1),
        (task_skew, "tasks of the longest stage: longest / median", PURPLE, "^", 1),
    )
    figure, axes = plt.subplots(figsize=(WIDTH, 2.1), layout="constrained")
    axes.grid(axis="y")
    axes.axhline(1, color="black", linewidth=0.7)
    highest = 0.0
    for value, label, colour, marker, side in series:
        points = [point for point in experiment.points if point.middle(value) is not None]
        for point in points:
            values = sorted(found for found in map(value, point.runs) if found is not None)
            middle = point.middle(value)
            highest = max(highest, values[-1])
            style = marker_style(point, colour, marker)
            draw_spread(axes, point.ranks * 1.04**side, values[0], middle, values[-1], **style)
        if points:
            axes.plot([], [], color=colour, marker=marker, linestyle="none", label=label)
    if highest == 0.0:
        plt.close(figure)
        return []
    if any(point.oversubscribed for point in experiment.points):
        hollow = {"color": GREY, "marker": "o", "markerfacecolor": "white"}
        axes.plot([], [], linestyle="none", label="hollow: more ranks than cores", **hollow)
    draw_cores(axes, experiment)
    axes.set_title(figure_title(experiment), loc="left")
    axes.set_ylabel("imbalance (ratio)")
    room = max(highest - 1, 0.09)
    axes.set_ylim(1 - 0.08 * room, 1 + 1.12 * room)
    rank_axis(axes, [point.ranks for point in experiment.points])
    legend_below(figure, (axes,), 1)
    return save(figure, folder, f"{experiment.name}-imbalance")
