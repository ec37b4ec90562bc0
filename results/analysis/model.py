"""The scale model: seconds of an experiment at p ranks on h hosts, as a sum of terms with non-negative coefficients
that are fitted by least squares on relative errors, and of the network's time, which comes from counted traffic and
measured links and is not fitted.

With W units of work, c physical cores and m = min(p, c), the terms are

    work             W / m                    computing, on every core
    contention       W / m on hosts with busy cores: what cores that compute together lose to one another
    oversubscription W / m log2(p / m)        ranks that share a core
    shuffle work     S(p) / m                 per shuffled byte; only if the bytes grow with the ranks
    imbalance        W / m sqrt(2 ln m)       waiting for the slowest of m cores with random differences
    fixed            1                        independent of ranks and work
    waiting          W / m log2(p / m)        waiting for ranks that share a core

The first four are fitted to the phases that handle data, the others to the rest of the run, and all to the time of the
run. Without phases in the records only the times of the runs are fitted."""
from __future__ import annotations

from dataclasses import dataclass
from math import log, log2, sqrt
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy.optimize import nnls

from .fits import Link
from .network import BANDWIDTH, LATENCY, Volumes, network_seconds, volumes_of
from .records import Point

TERMS = ("work", "contention", "oversubscription", "shuffle work", "imbalance", "fixed", "waiting")
COMPUTING = 4  # the number of leading terms that belong to DATA_PHASES
DATA_PHASES = (
    "map: deserialize data",
    "map: cache lookup",
    "map: execute",
    "shuffle: write",
    "shuffle: exchange",
    "shuffle: read",
    "result: serialize",
)
PART_WEIGHT = 0.5  # of a phase group's row, relative to the row of a run's time
RIDGE = 0.02  # relative penalty on all terms but work and fixed, which absorb what the points cannot separate


@dataclass(frozen=True)
class Place:
    """The ranks, hosts, cores and work of a prediction."""

    ranks: int
    hosts: int
    cores: int
    work: float  # total

    @property
    def busy(self) -> int:
        return min(self.ranks, self.cores)


def place_of(point: Point) -> Place:
    return Place(point.ranks, point.nodes, point.cores, point.work)


@dataclass(frozen=True)
class Setting:
    """The inputs of a fit other than the points' times."""

    weak: bool
    volumes: Optional[Volumes]
    links: Optional[Tuple[Link, Link]]  # within a host, between hosts
    cores_of_host: int

    def features(self, place: Place) -> np.ndarray:
        share = place.work / place.busy
        per_host = min(place.busy, self.cores_of_host)
        full = (per_host - 1) / (self.cores_of_host - 1) if self.cores_of_host > 1 else 0.0
        shuffled = self.volumes.shuffled if self.volumes else None
        grows = shuffled is not None and shuffled.exponent > (1.1 if self.weak else 0.1)
        return np.array(
            [
                share,
                share * full,
                share * log2(place.ranks / place.busy),
                shuffled(place.ranks) / place.busy if grows else 0.0,
                share * sqrt(2 * log(place.busy)),
                1.0,
                share * log2(place.ranks / place.busy),
            ]
        )

    def network(self, place: Place, links: Optional[Tuple[Link, Link]] = None) -> Dict[str, float]:
        chosen = links or self.links
        if self.volumes is None or chosen is None:
            return {}
        return network_seconds(self.volumes, place.ranks, place.hosts, *chosen)


@dataclass(frozen=True)
class Model:
    setting: Setting
    coefficients: np.ndarray  # in the order of TERMS, seconds per unit

    def parts(self, place: Place, links: Optional[Tuple[Link, Link]] = None) -> Dict[str, float]:
        """Seconds by term and resource; they add up to the predicted time."""
        return {
            **dict(zip(TERMS, map(float, self.coefficients * self.setting.features(place)))),
            **self.setting.network(place, links),
        }

    def seconds(self, place: Place, links: Optional[Tuple[Link, Link]] = None) -> float:
        return sum(self.parts(place, links).values())


def setting_of(points: Sequence[Point], weak: bool, links: Optional[Tuple[Link, Link]]) -> Setting:
    alone = [point.cores for point in points if point.nodes == 1 or point.emulated] or [
        point.cores // point.nodes for point in points
    ]
    return Setting(weak, volumes_of(points, weak), links, max(max(alone), 1))


def data_seconds(point: Point) -> Optional[float]:
    return sum(point.phase(name) for name in DATA_PHASES) if point.phase_names() else None


def fit_model(
    points: Sequence[Point], weak: bool, links: Optional[Tuple[Link, Link]], seconds: Optional[Sequence[float]] = None
) -> Model:
    """`seconds`, if given, replace the points' medians; the computing phases are scaled accordingly."""
    setting = setting_of(points, weak, links)
    times = [point.median for point in points] if seconds is None else list(seconds)
    rows: List[np.ndarray] = []
    wanted: List[float] = []
    for point, time in zip(points, times):
        place = place_of(point)
        features, network = setting.features(place), setting.network(place)
        exchanging = network.get(LATENCY, 0.0) + network.get(BANDWIDTH, 0.0)
        others = sum(network.values()) - exchanging
        rows.append(features / time)
        wanted.append((time - exchanging - others) / time)
        computing = data_seconds(point)
        if computing is not None:
            computed = min(computing * time / point.median, time)
            first = np.arange(len(TERMS)) < COMPUTING
            rows += [
                PART_WEIGHT * np.where(first, features, 0) / time,
                PART_WEIGHT * np.where(first, 0, features) / time,
            ]
            wanted += [PART_WEIGHT * (computed - exchanging) / time, PART_WEIGHT * (time - computed - others) / time]
    return Model(setting, least_squares(np.array(rows), np.array(wanted)))


def least_squares(matrix: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Non-negative, with a slight preference for work and fixed time. A term that is 0 at all points stays 0."""
    scale = np.linalg.norm(matrix, axis=0)
    scale[scale == 0] = 1.0
    penalties = np.array([0.0 if term in ("work", "fixed") else RIDGE for term in TERMS])
    system = np.vstack([matrix / scale, np.diag(penalties)])
    return nnls(system, np.concatenate([wanted, np.zeros(matrix.shape[1])]))[0] / scale


@dataclass(frozen=True)
class HeldOut:
    point: Point
    predicted: float
    outside: str  # why this is an extrapolation; empty if it is not

    @property
    def error(self) -> float:
        """Of the prediction, relative to the measured median."""
        return self.predicted / self.point.median - 1


def hold_out(
    points: Sequence[Point], weak: bool, links: Optional[Tuple[Link, Link]], groups: Sequence[Sequence[Point]]
) -> List[HeldOut]:
    """Leaves out each group in turn, and predicts it from the remaining points."""
    found = []
    for group in groups:
        rest = [point for point in points if point not in group]
        if len(rest) < 2:
            continue
        model = fit_model(rest, weak, links)
        found += [HeldOut(point, model.seconds(place_of(point)), beyond(point, rest)) for point in group]
    return found


def beyond(point: Point, rest: Sequence[Point]) -> str:
    ranks = [other.ranks for other in rest]
    if point.ranks < min(ranks):
        return "fewer ranks than fitted"
    if point.ranks > max(ranks):
        return "more ranks than fitted"
    if point.oversubscribed and not any(other.oversubscribed for other in rest):
        return "no oversubscribed point fitted"
    if point.nodes > max(other.nodes for other in rest):
        return "more hosts than fitted"
    return ""


def resampled(points: Sequence[Point], weak: bool, links: Optional[Tuple[Link, Link]], count: int = 200) -> List[Model]:
    """Models that are consistent with the points: fits with each point left out, and refits to the model's times with
    relative errors drawn from the residuals (corrected for the degrees of freedom) and the spread of the repeats. The
    seed is fixed."""
    best = fit_model(points, weak, links)
    fitted = np.array([best.seconds(place_of(point)) for point in points])
    residuals = np.array([point.median for point in points]) / fitted - 1
    used = int(np.count_nonzero(best.coefficients))
    spread = sqrt(float(np.sum(residuals**2)) / max(len(points) - used, 1))
    repeats = np.array(
        [
            np.std(point.seconds, ddof=1) / point.median / sqrt(len(point.runs)) if len(point.runs) > 1 else 0.0
            for point in points
        ]
    )
    generator = np.random.default_rng(1)
    deviations = np.sqrt(spread**2 + repeats**2)
    models = [
        fit_model(points, weak, links, fitted * np.maximum(1 + generator.normal(0, deviations), 0.1))
        for _ in range(count)
    ]
    if len(points) > 2:
        models += [fit_model([other for other in points if other is not point], weak, links) for point in points]
    return models


def interval(models: Sequence[Model], place: Place, links: Optional[Tuple[Link, Link]] = None) -> Tuple[float, float]:
    """The central 95 % of the models' predictions."""
    low, high = np.percentile([model.seconds(place, links) for model in models], [2.5, 97.5])
    return float(low), float(high)
