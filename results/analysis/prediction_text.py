"""The output of results/predict: links, fits, held-out points, predictions, and what they rest on."""
from __future__ import annotations

from typing import Dict, List, Optional, Sequence

import numpy as np

from .at_scale import Sweep
from .figures import figure_title
from .fits import Link
from .model import TERMS, HeldOut, Model
from .network import PowerLaw
from .records import Experiment
from .text import Text


def scaled(value: float, units: Sequence[str]) -> str:
    """In the largest of `units`, each 1000 times the previous one, in which the number is at least 1."""
    index = 0
    while abs(value) >= 1000 and index + 1 < len(units):
        value, index = value / 1000, index + 1
    return f"{value:.3g} {units[index]}"


def seconds_text(seconds: float) -> str:
    return scaled(seconds * 1e9, ("ns", "us", "ms", "s")) if seconds < 1000 else f"{seconds:.4g} s"


def rate_text(rate: float) -> str:
    return scaled(rate, ("B/s", "kB/s", "MB/s", "GB/s"))


def growth_text(law: PowerLaw) -> str:
    return f"{scaled(law.scale, ('B', 'kB', 'MB', 'GB'))} x p^{law.exponent:.2f}" if law.scale > 0 else "nothing"


def links_section(text: Text, measured: Dict[str, Link], given: Sequence[Link]) -> None:
    text.heading("Links")
    if measured:
        text.paragraph(
            "Hockney's model, latency + n / bandwidth for n bytes, fitted to the ping-pong of the same allocation; ± "
            "is half of the 95 % interval, off is the largest relative error at a measured size. In an exchange: bytes "
            "per second that left a host (within a host: a rank) in the largest all-to-all measured, by ranks per "
            "host."
        )
    else:
        text.paragraph("No record has a ping-pong: this machine's links are unknown.")
    rows = [
        [
            name,
            seconds_text(link.latency),
            "± " + seconds_text(link.latency_width),
            rate_text(link.bandwidth),
            "± " + rate_text(link.bandwidth_width),
            f"{100 * link.worst:.0f} %",
            ", ".join(f"{count}: {rate_text(rate)}" for count, rate in link.exchange) or "not measured",
        ]
        for name, link in measured.items()
    ]
    for link in given:
        rows.append([f"{link.name} (given)", seconds_text(link.latency), "", rate_text(link.bandwidth), "", "", ""])
    if rows:
        text.table(["link", "latency", "", "bandwidth", "", "off", "in an exchange"], rows)


def model_section(
    text: Text, experiment: Experiment, model: Model, models: Sequence[Model], left_out: Sequence[str]
) -> None:
    text.heading(f"{figure_title(experiment)} ({experiment.scaling} scaling)")
    for note in left_out:
        text.paragraph(note)
    unit = experiment.base.runs[0].get("unit") or "unit of work"
    per = {"shuffle work": "byte", "fixed": "run"}
    spread = np.percentile([each.coefficients for each in models], [2.5, 97.5], axis=0)
    rows = [
        [
            term,
            seconds_text(model.coefficients[i]),
            f"{seconds_text(spread[0][i])} to {seconds_text(spread[1][i])}",
            per.get(term, unit),
        ]
        for i, term in enumerate(TERMS)
        if model.coefficients[i] > 0 or spread[1][i] > 0
    ]
    text.table(["fitted term", "time", "95 %", "per"], rows)
    volumes = model.setting.volumes
    if volumes is None:
        text.paragraph(
            "The records have no traffic of stages at two ranks or more: exchange, collectives and gather are not "
            "modelled."
        )
    elif model.setting.links is None:
        text.paragraph("No link is known: the time of the network is part of the fitted terms.")
    else:
        text.paragraph(
            f"Counted: {volumes.collectives:.0f} collectives, {volumes.exchange_rounds:.0f} rounds of exchanges and "
            f"{volumes.gathers:.0f} gathers per run; {growth_text(volumes.shuffled)} shuffled, "
            f"{growth_text(volumes.gathered)} gathered."
        )


def hold_out_section(text: Text, found: Sequence[HeldOut], asked: bool) -> None:
    if not found:
        text.paragraph("No point can be held out: a model needs two other points, and the fewest ranks as its base.")
        return
    text.paragraph(
        "Held out, "
        + ("all named points together" if asked else "one rank count at a time except the fewest, the base")
        + ", and predicted from the others:"
    )
    rows = [
        [
            each.point.label + ("*" if each.point.oversubscribed else "") + ("†" if each.point.emulated else ""),
            f"{each.predicted:.4g}",
            f"{each.point.median:.4g}",
            f"{100 * each.error:+.1f} %",
            each.outside and f"extrapolated: {each.outside}",
        ]
        for each in found
    ]
    text.table(["ranks@nodes", "predicted s", "measured s", "error", ""], rows)
    text.paragraph(worst_line(found))


def base_section(text: Text, found: Sequence[HeldOut]) -> None:
    for each in found:
        text.paragraph(
            f"Predicted from the others, the base itself, {each.point.label}, has an error of "
            f"{100 * each.error:+.1f} %: no other point shows ranks that share nothing."
        )


def worst_line(found: Sequence[HeldOut]) -> str:
    def largest(some: List[HeldOut]) -> str:
        worst = max(some, key=lambda each: abs(each.error))
        return f"{100 * worst.error:+.1f} % at {worst.point.label}"

    inside = [each for each in found if not each.outside]
    line = f"Largest error: {largest(list(found))}"
    return line + (f"; of the interpolated points {largest(inside)}." if inside and len(inside) < len(found) else ".")


def sweep_section(text: Text, sweeps: Sequence[Sweep], per_host: int) -> None:
    rows = []
    for each in sweeps:
        for at in each.predictions:
            costs = list(at.costs.items())[:2]
            rows.append(
                [
                    each.link,
                    f"{at.ranks:,}",
                    f"{at.hosts:,}",
                    seconds_text(at.seconds),
                    f"{seconds_text(at.low)} to {seconds_text(at.high)}",
                    f"{100 * at.efficiency:.1f} %",
                    "; ".join(f"{name} ({seconds_text(seconds)})" for name, seconds in costs),
                ]
            )
    text.paragraph(f"Predictions with a core for each rank and {per_host} ranks per host:")
    text.table(["link between hosts", "ranks", "hosts", "time", "95 % of the fit", "efficiency", "largest costs"], rows)
    text.items(
        [
            f"{each.link}: "
            + (
                f"first limited by {each.first[0]}, which takes as long as computing at {each.first[1]:,} ranks."
                if each.first
                else "nothing takes as long as computing, up to 2^24 ranks."
            )
            for each in sweeps
        ]
    )


def start_up_section(text: Text, law: Optional[Sequence[float]]) -> None:
    if law is not None:
        text.paragraph(
            f"Not included above: the launcher, MPI_Init and MPI_Finalize took {seconds_text(law[0])} + "
            f"{seconds_text(law[1])} per rank here, on this suite's hosts. A launcher that starts hosts in a tree "
            "scales better; its time is not predicted."
        )


def honesty_section(text: Text, experiments: Sequence[Experiment], per_host: int) -> None:
    points = [point for experiment in experiments for point in experiment.points]
    most = (
        max(point.ranks for point in points if not point.oversubscribed)
        if any(not p.oversubscribed for p in points)
        else 0
    )
    emulated = sorted({point.emulated for point in points if point.emulated})
    text.heading("What this rests on")
    text.items(
        [
            "Measured: the times, phases, traffic and links of the records. The most ranks that had a core each: "
            f"{most or 'none'}. Points with more ranks than cores (*) show the cost of sharing cores, not how a larger "
            "machine scales.",
            (
                "Emulated (†): "
                + "; ".join(emulated)
                + ". Their processors, memory and network stack are those of one machine."
                if emulated
                else "Emulated: nothing."
            ),
            f"Assumed beyond the measured ranks: cores as fast as these; hosts of {per_host} cores with the contention "
            "of a full host here; one link per host, shared by its ranks, and a network without contention between the "
            "links; sequential messages of a rank; shuffled and gathered bytes that keep growing as between the "
            "measured points; random differences between ranks.",
            "The intervals cover the fit's residuals, the repeats and each point left out, but not these assumptions.",
        ]
    )
