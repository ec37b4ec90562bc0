"""Runs a point: setup, baseline, warm-up and repeats, each run recorded as soon as it ends."""

import contextlib
import hashlib
import json
import os
import re
import time
from typing import Iterator, List, Optional, Tuple

from .command import TIMED_OUT, read_text, run_command
from .launch import Launcher
from .machine import Placement, ProbeError
from .records import (Lock, PointBusy, Record, append_record, empty_statistics, new_record, result_fields, run_context,
                      seconds_of, statistics_fields)
from .study import Progress, Study, lacks
from .suite import Experiment, Point


CLEANUP_SECONDS = 60  # also after the time of the point


class PointFailed(Exception):
    """The point cannot continue; its runs so far are recorded."""


class PointRun:
    """One point of an experiment while it runs."""

    def __init__(self, study: Study, experiment: Experiment, point: Point, launcher: Launcher, scale: str):
        self.study = study
        self.experiment = experiment
        self.point = point
        self.launcher = launcher
        self.scale = scale
        self.scratch = study.scratch_of(experiment)
        self.records = study.point_file(experiment, point, "jsonl")
        self.out = study.point_file(experiment, point, "out")
        self.err = study.point_file(experiment, point, "err")
        self.shell_out = study.point_file(experiment, point, "shell.out")
        self.shell_err = study.point_file(experiment, point, "shell.err")
        self.deadline = time.monotonic() + 60 * experiment.time

    def say(self, text: str) -> None:
        print(f"{self.experiment.name} {self.point.name}: {text}", flush=True)

    def failed(self, text: str, out: str = "", err: str = "") -> PointFailed:
        """With the last lines of output, those before mpirun's own messages between rows of dashes, if any."""
        out, err = out or self.out, err or self.err
        said = read_text(err).strip() or read_text(out).strip()
        of_program = re.split(r"^-{20,}$", said, 1, re.MULTILINE)[0].strip()
        lines = "".join(f"\n    {line}" for line in (of_program or said).splitlines()[-5:])
        return PointFailed(f"{text} (output: {out}, {err}){lines}")

    def left(self) -> float:
        return max(0.1, self.deadline - time.monotonic())

    def how_ended(self, code: int) -> str:
        if code == TIMED_OUT and time.monotonic() >= self.deadline:
            return f"killed after the {self.experiment.time} minutes that the suite gives a point"
        return f"exit code {code}"

    def shell(self, what: str, template: str, at_least: float = 0) -> None:
        """Has the time that is left, and at least so many seconds."""
        if not template:
            return
        command = self.experiment.shell_command(template, self.point, self.scratch)
        code = run_command(["/bin/sh", "-c", command], self.launcher.environment(), self.shell_out, self.shell_err,
                           max(self.left(), at_least))
        if code != 0:
            raise self.failed(f"{what} failed, {self.how_ended(code)}: {command}", self.shell_out, self.shell_err)

    def set_up(self) -> None:
        """Runs each setup command once, for whichever point comes first; the others wait for it."""
        if not self.experiment.setup:
            return
        command = self.experiment.shell_command(self.experiment.setup, self.point, self.scratch)
        done = os.path.join(self.scratch, ".setup-" + hashlib.sha1(command.encode()).hexdigest()[:16])
        with Lock(done + ".lock", wait=True):
            if os.path.exists(done):
                return
            self.say(f"setup: {command}")
            self.shell("setup", self.experiment.setup)
            with open(done, "w", encoding="utf-8") as file:
                file.write(command + "\n")

    def baseline(self, start: List[str]) -> Optional[Record]:
        if not self.experiment.baseline:
            return None
        command = start + [self.experiment.baseline, "--json"]
        code = run_command(command, self.launcher.environment(), self.out, self.err, self.left())
        try:
            if code != 0:
                raise ValueError(self.how_ended(code))
            return json.loads(read_text(self.out))
        except ValueError as error:
            raise self.failed(f"the baseline failed, {error}: {' '.join(command)}") from error

    def run_once(self, start: List[str], placement: Placement, repeat: int, warmup: bool) -> Record:
        arguments = self.experiment.argument_list(self.point, self.scratch)
        record = new_record(self.experiment, self.point, placement, arguments)
        report = self.study.point_file(self.experiment, self.point, "statistics")
        command = start + [self.experiment.program] + arguments
        if self.experiment.statistics:
            command += ["--seltzer-stats", report]
        with contextlib.suppress(FileNotFoundError):
            os.remove(report)
        context = run_context(command, placement, {})
        begin = time.monotonic()
        code = run_command(command, self.launcher.environment(), self.out, self.err, self.left())
        wall = time.monotonic() - begin
        record.update(repeat=repeat, warmup=warmup, seconds=None, wall_seconds=round(wall, 6), exit_code=code,
                      result={}, checked=False, fault=self.how_ended(code), **empty_statistics())
        if code == 0:
            self.take_result(record, report)
        record["context"] = {**context, **record.pop("build")}
        return record

    def take_result(self, record: Record, report: str) -> None:
        """Reads the RESULT line of a program that succeeded, that of the check, and the statistics."""
        try:
            result = result_fields(read_text(self.out))
            record["result"] = result
            record["seconds"] = seconds_of(result)
            if int(result.get("ranks", self.point.ranks)) != self.point.ranks:
                raise ValueError(f"the program ran on {result['ranks']} ranks, not {self.point.ranks}")
            if self.experiment.check:
                self.shell("check", self.experiment.check)
                record["result"] = {**result_fields(read_text(self.shell_out)), **result}
            if self.experiment.statistics:
                record.update(statistics_fields(report))
            record["fault"] = lacks(self.experiment, record)
            record["checked"] = not record["fault"]
        except PointFailed as error:
            record["fault"] = str(error)
        except ValueError as error:
            record["fault"] = str(error)

    def progress(self) -> Progress:
        return self.study.progress(self.experiment)[self.point]

    def todo(self, done: int) -> Iterator[Tuple[int, bool]]:
        """The runs that are left, warm-up first, also when continuing: caches may be cold again."""
        for repeat in range(self.experiment.warmup):
            yield repeat, True
        for repeat in range(done, self.experiment.repeats):
            yield repeat, False

    def run(self) -> None:
        """Raises PointFailed at the first run that fails or differs."""
        done = len(self.progress().good)
        if done >= self.experiment.repeats:
            self.say(f"complete, {done} runs")
            return
        self.set_up()
        try:
            placement = self.launcher.place(self.point, self.scale, self.out, self.err, self.left())
        except ProbeError as error:
            raise PointFailed(str(error)) from error
        start = self.launcher.command(self.point, placement)
        baseline = self.baseline(start)
        self.shell("cleanup", self.experiment.cleanup)  # of a run that was interrupted
        for repeat, warmup in self.todo(done):
            record = self.run_once(start, placement, repeat, warmup)
            record["baseline"] = baseline
            append_record(self.records, record)
            fault = self.progress().last_fault
            try:
                self.shell("cleanup", self.experiment.cleanup, CLEANUP_SECONDS)
            except PointFailed:
                if not fault:
                    raise
            if fault:
                raise self.failed(fault)
            name = "warm-up" if warmup else f"run {repeat + 1} of {self.experiment.repeats}"
            self.say(f"{name}: {record['seconds']:.3f} s")


def run_point(study: Study, experiment: Experiment, point: Point, launcher: Launcher, scale: str) -> bool:
    """Runs what is missing of the point. Returns False, and prints why, if it could not be completed."""
    run = PointRun(study, experiment, point, launcher, scale)
    try:
        study.open(experiment)
        with Lock(study.point_file(experiment, point, "lock"), wait=False):
            run.run()
        return True
    except PointBusy:
        run.say("another process is running it")
    except PointFailed as error:
        run.say(f"FAILED: {error}")
    return False
