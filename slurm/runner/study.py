"""A study: the folder with the records of a suite's points, and the check that they agree."""

import collections
import hashlib
import json
import os
import statistics
from dataclasses import dataclass
from typing import Dict, List, Optional

from .records import Lock, Record, read_records, write_whole
from .suite import Experiment, Point, SuiteError

DIFFERS = "differs: "
LACKS = "no field "


@dataclass
class Progress:
    """The progress of a point."""

    runs: List[Record]  # all, with `checked` and `fault` judged over the whole study
    wanted: int

    @property
    def good(self) -> List[Record]:
        return [run for run in self.runs if run["checked"] and not run["warmup"]]

    @property
    def complete(self) -> bool:
        return len(self.good) >= self.wanted

    @property
    def median_seconds(self) -> Optional[float]:
        return statistics.median(run["seconds"] for run in self.good) if self.good else None

    @property
    def last_fault(self) -> str:
        return self.runs[-1]["fault"] if self.runs else ""


class Study:
    """`points/<experiment>/<ranks>@<nodes>.*` is the state of a point, `<experiment>.jsonl` the output of collect."""

    def __init__(self, folder: str, scratch: str = ""):
        self.folder = os.path.abspath(folder)
        self.scratch = os.path.abspath(scratch) if scratch else os.path.join(self.folder, "scratch")

    @property
    def key(self) -> str:
        """Distinguishes the Slurm jobs of this study from those of others."""
        return hashlib.sha1(self.folder.encode()).hexdigest()[:8]

    def point_file(self, experiment: Experiment, point: Point, ending: str) -> str:
        return os.path.join(self.folder, "points", experiment.name, f"{point.name}.{ending}")

    def scratch_of(self, experiment: Experiment) -> str:
        return os.path.join(self.scratch, experiment.name)

    def merged_file(self, experiment: Experiment) -> str:
        return os.path.join(self.folder, f"{experiment.name}.jsonl")

    def open(self, experiment: Experiment) -> None:
        """Creates the folders. Raises SuiteError if they hold runs of another definition of the experiment."""
        path = os.path.join(self.folder, "points", experiment.name, "definition.json")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.makedirs(self.scratch_of(experiment), exist_ok=True)
        with Lock(path + ".lock", wait=True):
            self.check_definition(experiment, path)
            if not os.path.exists(path):
                write_whole(path, json.dumps(experiment.definition(), indent=2) + "\n")

    def check_definition(self, experiment: Experiment, path: str = "") -> None:
        path = path or os.path.join(self.folder, "points", experiment.name, "definition.json")
        try:
            with open(path, encoding="utf-8") as file:
                before = json.load(file)
        except FileNotFoundError:
            return
        for key, value in experiment.definition().items():
            if before.get(key) != value:
                raise SuiteError(f"[{experiment.name}] {key}: is '{value}', but {self.folder} has runs with "
                                 f"'{before.get(key)}'; use another folder (-o), or remove {os.path.dirname(path)}")

    def progress(self, experiment: Experiment) -> Dict[Point, Progress]:
        """The progress of all points of the experiment, with each run judged against all others: see `judge`."""
        runs = {point: read_records(self.point_file(experiment, point, "jsonl")) for point in experiment.points}
        judge(experiment, [run for point in experiment.points for run in runs[point]])
        return {point: Progress(runs[point], experiment.repeats) for point in experiment.points}


def lacks(experiment: Experiment, run: Record) -> str:
    """A fault that names the first field of `same` that the run lacks; "" if it has all."""
    missing = [field for field in experiment.same if field not in run["result"]]
    return f"{LACKS}{missing[0]} in the RESULT line" if missing else ""


def answer(experiment: Experiment, run: Record) -> str:
    return " ".join(f"{field}={run['result'][field]}" for field in experiment.same)


def judge(experiment: Experiment, runs: List[Record]) -> None:
    """Sets `checked` and `fault`: a finished run must have the fields of `same`, which may have changed since it ran,
    and runs of equal total work, on any number of ranks, must have equal answers. If they differ, the most frequent
    answer is right, and of equally frequent ones the first. Runs that failed keep their fault."""
    finished = []
    for run in runs:
        if not run["fault"] or run["fault"].startswith((DIFFERS, LACKS)):
            run["fault"] = lacks(experiment, run)
            run["checked"] = not run["fault"]
            finished += [] if run["fault"] else [run]
    by_work = collections.defaultdict(list)
    for run in finished:
        by_work[run["work"]].append(run)
    for same_work in by_work.values():
        answers = [answer(experiment, run) for run in same_work]
        right = collections.Counter(answers).most_common(1)[0][0]
        witness = same_work[answers.index(right)]
        for run, found in zip(same_work, answers):
            run["checked"] = found == right
            run["fault"] = "" if run["checked"] else \
                f"{DIFFERS}{found}, but {right} at {witness['ranks']}@{witness['nodes']}"
