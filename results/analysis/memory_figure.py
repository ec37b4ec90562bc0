"""The memory figure: how the time for a byte of data, and what is written to scratch files, grow with the data's size
over the memory's; from the RESULT lines of bench_memory, and those that name another system."""
from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from .records import RecordsError
from .style import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    SKY,
    VERMILLION,
    WIDTH,
    Axes,
    legend_below,
    plt,
    power_axis,
    save,
    ticked_axis,
)

SELTZER = "Seltzer"  # the system of a line that names none

# Each operation has the same colour and marker in all figures.
STYLES: Dict[str, Tuple[str, str]] = {
    "sortBy": (BLUE, "o"),
    "reduceByKey": (VERMILLION, "s"),
    "groupByKey": (GREEN, "^"),
    "join": (BLACK, "D"),
    "distinct": (ORANGE, "v"),
    "repartition": (SKY, "P"),
}
DASHES = ("--", ":", "-.")  # of the other systems, by name


@dataclass(frozen=True)
class Measurement:
    system: str
    operation: str
    ratio: float  # data over memory
    nanoseconds: float  # for a byte of data
    spilled: Optional[float]  # bytes written to scratch files over bytes of data, if known


Value = Callable[[Measurement], Optional[float]]


def read_measurements(file: Path) -> List[Measurement]:
    """The RESULT lines of a file; all others are ignored. Raises RecordsError if one is malformed, or if there is
    none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecordsError(f"{file}: cannot be read: {error}") from error
    measurements = [
        measurement_of(line.split()[1:], f"{file}:{number}")
        for number, line in enumerate(lines, 1)
        if line.split()[:1] == ["RESULT"]
    ]
    if not measurements:
        raise RecordsError(f"{file}: no line of this file begins with RESULT: is it the output of bench_memory?")
    return measurements


def measurement_of(words: Sequence[str], where: str) -> Measurement:
    """The words of a RESULT line; `where` names it in errors."""
    fields: Dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals and value):
            raise RecordsError(f"{where}: '{word}' is not of the form name=value; was the file cut off?")
        if name in fields:
            raise RecordsError(f"{where}: the field '{name}' is there twice")
        fields[name] = value
    operation = text_of(fields, "operation", where)
    if operation not in STYLES:
        raise RecordsError(f"{where}: operation is '{operation}', none of {', '.join(STYLES)}")
    return Measurement(
        fields.get("system", SELTZER),
        operation,
        positive(fields, "ratio", where),
        1e9 * positive(fields, "seconds", where) / positive(fields, "bytes", where),
        number(fields, "spilled", where) if "spilled" in fields else None,
    )


def text_of(fields: Dict[str, str], name: str, where: str) -> str:
    if name not in fields:
        raise RecordsError(f"{where}: the field '{name}' is missing; was the file cut off?")
    return fields[name]


def number(fields: Dict[str, str], name: str, where: str) -> float:
    """A finite number that is not negative."""
    text = text_of(fields, name, where)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise RecordsError(f"{where}: the field '{name}' is '{text}', no number from 0")
    return value


def positive(fields: Dict[str, str], name: str, where: str) -> float:
    value = number(fields, name, where)
    if value == 0:
        raise RecordsError(f"{where}: the field '{name}' is 0")
    return value


def curve(measurements: Sequence[Measurement], system: str, operation: str, value: Value) -> List[Tuple[float, float]]:
    """The ratios, ascending, each with the median of its values; those without one are left out."""
    values: Dict[float, List[float]] = {}
    for measurement in measurements:
        found = value(measurement)
        if (measurement.system, measurement.operation) == (system, operation) and found is not None:
            values.setdefault(measurement.ratio, []).append(found)
    return [(ratio, median(values[ratio])) for ratio in sorted(values)]


def dashes_of(measurements: Sequence[Measurement]) -> Dict[str, str]:
    """The line style of each system: Seltzer's first."""
    systems = {measurement.system for measurement in measurements}
    others = sorted(systems - {SELTZER})
    dashes = {system: DASHES[index % len(DASHES)] for index, system in enumerate(others)}
    return {SELTZER: "-", **dashes} if SELTZER in systems else dashes


def draw_curves(axes: Axes, measurements: Sequence[Measurement], value: Value) -> List[float]:
    """Returns the values that are drawn."""
    drawn: List[float] = []
    for system, dashes in dashes_of(measurements).items():
        for operation, (colour, marker) in STYLES.items():
            points = curve(measurements, system, operation, value)
            if not points:
                continue
            ratios, values = zip(*points)
            axes.plot(
                ratios,
                values,
                color=colour,
                linestyle=dashes,
                marker=marker,
                markersize=4,
                markerfacecolor=colour if system == SELTZER else "white",
                zorder=3,
                clip_on=False,
            )
            drawn += values
    return drawn


def name_operations(axes: Axes, measurements: Sequence[Measurement]) -> None:
    """Empty lines with labels, for the legend."""
    shown = {measurement.operation for measurement in measurements}
    for operation, (colour, marker) in STYLES.items():
        if operation in shown:
            axes.plot([], [], color=colour, marker=marker, markersize=4, label=operation)


def name_systems(axes: Axes, measurements: Sequence[Measurement]) -> None:
    """A legend above the axes, unless all is Seltzer's."""
    dashes = dashes_of(measurements)
    if list(dashes) == [SELTZER]:
        return
    handles = [
        axes.plot(
            [],
            [],
            color="black",
            linestyle=style,
            marker="o",
            markersize=4,
            markerfacecolor="black" if system == SELTZER else "white",
        )[0]
        for system, style in dashes.items()
    ]
    axes.legend(
        handles, list(dashes), loc="lower left", bbox_to_anchor=(0.0, 1.0), ncol=4, handlelength=2.6, borderpad=0.0
    )


def memory_figure(measurements: Sequence[Measurement], folder: Path, name: str) -> List[Path]:
    """Nanoseconds for a byte above, bytes written below if any line has them."""
    spills = any(measurement.spilled is not None for measurement in measurements)
    figure, panels = plt.subplots(
        2 if spills else 1,
        1,
        figsize=(WIDTH, 4.2 if spills else 2.6),
        sharex=True,
        squeeze=False,
        gridspec_kw={"height_ratios": (1.6, 1) if spills else (1,)},
        layout="constrained",
    )
    top, bottom = panels[0][0], panels[-1][0]
    times = draw_curves(top, measurements, lambda measurement: measurement.nanoseconds)
    power_axis(top, min(times) / 1.5, max(times) * 1.5)
    top.set_ylabel("time for a byte (ns)")
    name_operations(top, measurements)
    name_systems(top, measurements)
    if spills:
        written = draw_curves(bottom, measurements, lambda measurement: measurement.spilled)
        bottom.set_ylim(0, 1.08 * max(max(written), 1.0))
        bottom.set_ylabel("bytes written / data")
    for axes in (top, bottom):
        axes.grid(axis="y")
    ticked_axis(bottom, [measurement.ratio for measurement in measurements], "data / memory")
    legend_below(figure, (top,), 3)
    return save(figure, folder, name)
