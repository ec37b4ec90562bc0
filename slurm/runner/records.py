"""The records of a point: a file of JSON lines, one per run, that can be continued after any interruption."""

import contextlib
import datetime
import fcntl
import json
import math
import os
import re
import shlex
from typing import Any, Dict, List

from .machine import Placement
from .suite import Experiment, Point, SuiteError

Record = Dict[str, Any]


class PointBusy(Exception):
    """Another process is running the same point."""


def write_whole(path: str, text: str) -> None:
    """Replaces a file atomically: a reader finds the old one or the new one."""
    temporary = f"{path}.{os.getpid()}.new"
    try:
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(temporary)
        raise


class Lock:
    """Held by one process on one host at a time; ends with the process."""

    def __init__(self, path: str, wait: bool):
        self.path = path
        self.wait = wait

    def __enter__(self) -> "Lock":
        self.file = open(self.path, "a", encoding="utf-8")
        try:
            fcntl.lockf(self.file, fcntl.LOCK_EX | (0 if self.wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            self.file.close()
            raise PointBusy(self.path) from error
        except OSError as error:
            self.file.close()
            raise SuiteError(f"{self.path}: the file system does not support locks ({error.strerror}); "
                             "choose another with -o") from error
        return self

    def __exit__(self, *_: Any) -> None:
        self.file.close()


def read_records(path: str) -> List[Record]:
    """The complete records. An incomplete last line, from an interrupted run, is ignored."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return []
    try:
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]
    except ValueError as error:
        raise SuiteError(f"{path}: not a file of records: {error}") from error


def append_record(path: str, record: Record) -> None:
    """Adds one line, after removing an incomplete one that an interruption left."""
    with open(path, "ab+") as file:
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        file.write(json.dumps(record).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def result_fields(output: str) -> Dict[str, str]:
    """The fields of the only line `RESULT key=value ...`. Raises ValueError if there is none, or several."""
    lines = re.findall(r"^RESULT (.*)$", output, re.MULTILINE)
    if len(lines) != 1:
        raise ValueError("no RESULT line" if not lines else f"{len(lines)} RESULT lines")
    return dict(word.split("=", 1) for word in lines[0].split() if "=" in word)


def seconds_of(result: Dict[str, str]) -> float:
    """The time in a RESULT line. Raises ValueError if there is none."""
    if "seconds" not in result:
        raise ValueError("no seconds in the RESULT line")
    seconds = float(result["seconds"])
    if not 0 < seconds < math.inf:
        raise ValueError(f"seconds={result['seconds']} in the RESULT line is not a valid time")
    return seconds


def stage_record(stage: Dict[str, Any]) -> Record:
    record = {"operation": stage["operation"], "call_site": stage["call_site"], "wall": stage["wall_seconds"]["max"]}
    for key in ("tasks", "task_median_seconds", "task_max_seconds", "skew"):
        record[key] = stage[key]
    if "traffic" in stage:
        record["traffic"] = stage["traffic"]
    return record


def statistics_fields(path: str) -> Record:
    """A record's fields from the file of --seltzer-stats. Raises ValueError if it is missing or invalid."""
    try:
        with open(path, encoding="utf-8") as file:
            statistics = json.load(file)
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}: not the statistics of --seltzer-stats: {error}") from error
    except FileNotFoundError as error:
        raise ValueError("the program wrote no statistics; set `statistics = no` for programs without "
                         "--seltzer-stats") from error
    try:
        return selected_statistics(statistics)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: these are not the statistics of --seltzer-stats ({error!r})") from error


def selected_statistics(statistics: Record) -> Record:
    total = statistics["total"]
    phases = {}
    for name, phase in total["phases"].items():
        if phase["seconds"]["max"] > 0:
            phases[name] = {key: phase["seconds"][key] for key in ("min", "mean", "max")}
    resident = statistics["memory"].get("resident set", {}).get("max_bytes", 0)
    return {"phases": phases, "job_seconds": total["wall_seconds"]["max"],
            "stages": [stage_record(stage) for stage in statistics["stages"]],
            "memory_resident_max": resident or None,
            "build": {key: statistics["context"][key] for key in ("commit", "compiler", "flags", "mpi_library")}}


def empty_statistics() -> Record:
    build = {key: None for key in ("commit", "compiler", "flags", "mpi_library")}
    return {"phases": {}, "job_seconds": None, "stages": [], "memory_resident_max": None, "build": build}


def new_record(experiment: Experiment, point: Point, placement: Placement, arguments: List[str]) -> Record:
    """The record of a run that is about to start, with all that is known before it."""
    return {"experiment": experiment.name, "scaling": experiment.scaling, "program": experiment.program,
            "arguments": arguments, "work": experiment.work_at(point), "unit": experiment.unit, "ranks": point.ranks,
            "nodes": point.nodes, "hosts": list(placement.hosts), "cores": placement.cores,
            "oversubscribed": placement.oversubscribed, "emulated": placement.emulated}


def run_context(command: List[str], placement: Placement, build: Record) -> Record:
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"date": date, **build, "cpu": placement.cpu, "load": [round(load, 2) for load in os.getloadavg()],
            "job": os.environ.get("SLURM_JOB_ID", ""), "command": " ".join(shlex.quote(word) for word in command)}
