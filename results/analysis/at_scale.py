"""The scale model's predictions for rank counts that were not run: time, efficiency, and the resource that limits
scaling first."""
from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Dict, List, Optional, Sequence, Tuple

from .fits import Link
from .model import Model, Place, interval
from .records import Experiment

USEFUL = ("work", "contention", "shuffle work")  # useful computing; the other terms are the cost of scaling
RESOURCES = {
    "imbalance": "imbalance: the slowest of p cores",
    "fixed": "fixed time of a run: too little work per rank",
}
MOST_RANKS = 2**24


@dataclass(frozen=True)
class Prediction:
    ranks: int
    hosts: int
    seconds: float
    low: float
    high: float
    efficiency: float  # relative to the model's time on one rank
    costs: Dict[str, float]  # seconds per resource, the largest first


@dataclass(frozen=True)
class Sweep:
    """The predictions for an experiment on one kind of link."""

    link: str
    predictions: Tuple[Prediction, ...]
    first: Optional[Tuple[str, int]]  # the resource whose cost first reaches the computing time, and at how many ranks


def place_at(experiment: Experiment, ranks: int, per_host: int) -> Place:
    grown = ranks / experiment.base.ranks if experiment.scaling == "weak" else 1.0
    return Place(ranks, ceil(ranks / per_host), ranks, experiment.base.work * grown)


def costs_of(model: Model, place: Place, links: Optional[Tuple[Link, Link]]) -> Tuple[float, Dict[str, float]]:
    """Seconds of useful computing, and per resource those that scaling costs."""
    parts = model.parts(place, links)
    useful = sum(parts.pop(name) for name in USEFUL)
    costs = {RESOURCES.get(name, name): seconds for name, seconds in parts.items() if seconds > 0}
    return useful, dict(sorted(costs.items(), key=lambda item: -item[1]))


def sweep(
    experiment: Experiment,
    model: Model,
    models: Sequence[Model],
    link: str,
    links: Optional[Tuple[Link, Link]],
    rank_counts: Sequence[int],
    per_host: int,
) -> Sweep:
    alone = model.seconds(place_at(experiment, 1, per_host), links)
    predictions: List[Prediction] = []
    for ranks in rank_counts:
        place = place_at(experiment, ranks, per_host)
        seconds = model.seconds(place, links)
        low, high = interval(models, place, links)
        speedup = alone / seconds * (ranks if experiment.scaling == "weak" else 1)
        _, costs = costs_of(model, place, links)
        predictions.append(
            Prediction(ranks, place.hosts, seconds, min(low, seconds), max(high, seconds), speedup / ranks, costs)
        )
    return Sweep(link, tuple(predictions), first_to_give_way(experiment, model, links, per_host))


def first_to_give_way(
    experiment: Experiment, model: Model, links: Optional[Tuple[Link, Link]], per_host: int
) -> Optional[Tuple[str, int]]:
    """The first resource whose cost reaches the computing time, and at how many ranks, among powers of two up to 2^24;
    the largest if several do."""
    ranks = 2
    while ranks <= MOST_RANKS:
        useful, costs = costs_of(model, place_at(experiment, ranks, per_host), links)
        for name, seconds in costs.items():
            if seconds >= useful:
                return name, ranks
        ranks *= 2
    return None
