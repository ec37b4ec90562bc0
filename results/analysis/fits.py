"""Laws of scaling fitted to measured times: Amdahl, Gustafson, Gunther's universal scalability law; Karp and Flatt's
serial fraction; Hockney's latency and bandwidth. Intervals are 95 %, from the covariance of the fit and Student's t."""
from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy import optimize, stats

from .records import Experiment, Point


@dataclass(frozen=True)
class Law:
    """A relative capacity C(N), C(1) = 1, with parameters `names`."""

    name: str
    formula: str
    names: Tuple[str, ...]
    capacity: Callable[..., np.ndarray]


AMDAHL = Law("Amdahl", "C(N) = N / (1 + s (N - 1))", ("s",), lambda n, s: n / (1 + s * (n - 1)))
GUSTAFSON = Law("Gustafson", "C(N) = N - a (N - 1)", ("a",), lambda n, a: n - a * (n - 1))
USL = Law(
    "USL",
    "C(N) = N / (1 + sigma (N - 1) + kappa N (N - 1))",
    ("sigma", "kappa"),
    lambda n, sigma, kappa: n / (1 + sigma * (n - 1) + kappa * n * (n - 1)),
)


def laws_for(scaling: str) -> Tuple[Law, ...]:
    return (AMDAHL, USL) if scaling == "strong" else (GUSTAFSON, USL)


@dataclass(frozen=True)
class Fit:
    law: Law
    seconds_alone: float  # fitted time of one rank
    values: Dict[str, float]
    half_widths: Dict[str, float]  # of the 95 % intervals
    ranks: Tuple[int, ...]  # of the fitted points
    basis: str  # "medians", or "runs" if there are only as many rank counts as parameters

    def capacity(self, ranks: Sequence[float]) -> np.ndarray:
        return self.law.capacity(np.asarray(ranks, float), *(self.values[name] for name in self.law.names))

    def text(self) -> str:
        shown = ", ".join(
            f"{name} = {self.values[name]:.3g} ± {self.half_widths[name]:.2g}" for name in self.law.names
        )
        if self.basis == "runs":
            shown += " (as many parameters as rank counts: the interval is the spread of the repeats alone)"
        return shown


@dataclass(frozen=True)
class NotDetermined:
    law: Law
    why: str

    def text(self) -> str:
        return f"not determined: {self.why}"


def fit_law(experiment: Experiment, law: Law):
    """A Fit, or NotDetermined. The time of one rank is a parameter too; residuals are relative. Oversubscribed points
    are left out. With more rank counts than parameters the medians are fitted, and the interval shows how far they are
    from the law; with equally many the single runs are fitted, and it shows their spread."""
    points = [point for point in experiment.main_points if not point.oversubscribed]
    needed = len(law.names) + 1
    if len(points) < needed:
        return NotDetermined(
            law, f"{needed} rank counts with a core for each rank are needed, there {have(len(points))}"
        )
    if len(points) > needed:
        basis, pairs = "medians", [(point.ranks, point.median) for point in points]
    else:
        basis, pairs = "runs", [(point.ranks, seconds) for point in points for seconds in point.seconds]
    if len(pairs) <= needed:
        return NotDetermined(law, "a single run at each rank count leaves nothing to judge the fit by")
    ranks, seconds = (np.array(column, float) for column in zip(*pairs))
    growth = ranks if experiment.scaling == "weak" else np.ones_like(ranks)

    def log_seconds(n: np.ndarray, log_alone: float, *parameters: float) -> np.ndarray:
        return log_alone + np.log(growth) - np.log(np.maximum(law.capacity(n, *parameters), 1e-12))

    start = [float(np.log(experiment.base.median)), *([0.01] * len(law.names))]
    values, widths = curve(log_seconds, ranks, np.log(seconds), start)
    if values is None:
        return NotDetermined(law, "the fit did not converge")
    return Fit(
        law,
        float(np.exp(values[0])),
        dict(zip(law.names, values[1:])),
        dict(zip(law.names, widths[1:])),
        tuple(point.ranks for point in points),
        basis,
    )


def have(count: int) -> str:
    return {0: "is none", 1: "is 1"}.get(count, f"are {count}")


def curve(
    model: Callable[..., np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    start: Sequence[float],
    sigma: Optional[np.ndarray] = None,
) -> Tuple[Optional[List[float]], List[float]]:
    """Parameters and the half widths of their 95 % intervals; None if the fit does not converge."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", optimize.OptimizeWarning)
        try:
            values, covariance = optimize.curve_fit(model, x, y, p0=start, sigma=sigma, maxfev=20000)
        except (RuntimeError, optimize.OptimizeWarning):
            return None, []
    student = stats.t.ppf(0.975, len(y) - len(start))
    return [float(value) for value in values], [float(width) for width in student * np.sqrt(np.diag(covariance))]


def karp_flatt(speedup: float, ranks: int) -> Optional[float]:
    """Experimentally determined serial fraction (Karp and Flatt, 1990); None at one rank."""
    return None if ranks < 2 else (1 / speedup - 1 / ranks) / (1 - 1 / ranks)


def serial_fractions(experiment: Experiment, point: Point) -> Tuple[Optional[float], Optional[float], Optional[float]]:
    """Karp and Flatt's fraction of the fastest run, the median and the slowest one."""
    low, middle, high = (
        karp_flatt(experiment.speedup(point, seconds), point.ranks)
        for seconds in (min(point.seconds), point.median, max(point.seconds))
    )
    return low, middle, high


@dataclass(frozen=True)
class Link:
    """Hockney: a message of n bytes takes `latency + n / bandwidth` seconds."""

    name: str
    latency: float  # seconds
    bandwidth: float  # bytes/s
    exchange: Tuple[Tuple[int, float], ...] = ()  # ranks per host, and bytes/s each way in an all-to-all
    latency_width: float = 0.0  # half of the 95 % interval
    bandwidth_width: float = 0.0
    worst: float = 0.0  # largest relative error of the fit at a measured size

    def exchange_bandwidth(self, ranks_of_host: int) -> float:
        """Of the measured number of ranks per host that is nearest by ratio; that of single messages if no exchange was
        measured."""
        if not self.exchange:
            return self.bandwidth
        return min(self.exchange, key=lambda known: abs(np.log(known[0] / ranks_of_host)))[1]

    def seconds(self, messages: float, size: float) -> float:
        """For `messages` in sequence, with `size` bytes in total."""
        return messages * self.latency + size / self.bandwidth


def fit_hockney(name: str, sizes: Sequence[float], microseconds: Sequence[float]) -> Optional[Link]:
    """Least squares on relative errors; None with fewer than three sizes."""
    x, y = np.asarray(sizes, float), np.asarray(microseconds, float) * 1e-6
    if len(set(sizes)) < 3 or np.any(y <= 0):
        return None
    start = np.log([y.min(), max((x.max() - x.min()) / max(y.max() - y.min(), 1e-12), 1.0)])
    values, widths = curve(lambda n, a, b: np.log(np.exp(a) + n / np.exp(b)), x, np.log(y), list(start))
    if values is None:
        return None
    latency, bandwidth = np.exp(values)
    worst = float(np.max(np.abs((latency + x / bandwidth) / y - 1)))
    found = Link(name, float(latency), float(bandwidth), worst=worst)
    return replace(found, latency_width=float(latency * widths[0]), bandwidth_width=float(bandwidth * widths[1]))
