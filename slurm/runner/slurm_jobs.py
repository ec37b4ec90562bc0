"""One Slurm job per point: finds those that exist, and submits those that are missing."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Dict, List, Optional

from .records import Lock, write_whole
from .study import Progress, Study
from .suite import Experiment, Point, SuiteError


@dataclass
class Job:
    number: str
    state: str  # as squeue prints it: PENDING, RUNNING, COMPLETING, ...

    @property
    def words(self) -> str:
        return f"job {self.number} is {self.state.lower()}"


def call(command: List[str], text: str = "") -> str:
    """The command's output. Raises SuiteError with its stderr if it fails."""
    try:
        done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True, timeout=60, check=False)
    except subprocess.TimeoutExpired as error:
        raise SuiteError(f"{command[0]}: no answer within 60 s") from error
    except OSError as error:
        raise SuiteError(f"{command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        raise SuiteError(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


class Queue:
    """A snapshot of the user's jobs in Slurm's queue."""

    def __init__(self) -> None:
        self.by_number: Dict[str, Job] = {}
        self.by_name: Dict[str, Job] = {}
        for line in call(["squeue", "-h", "-u", str(os.getuid()), "-o", "%A %T %j"]).splitlines():
            number, state, name = line.split(" ", 2)
            self.by_number[number] = self.by_name[name] = Job(number, state)

    def find(self, study: Study, experiment: Experiment, point: Point) -> Optional[Job]:
        """By its number, or by its name if the number was lost."""
        known = self.by_number.get(read_number(study, experiment, point))
        return known or self.by_name.get(job_name(study, experiment, point))


def job_name(study: Study, experiment: Experiment, point: Point) -> str:
    return f"{experiment.name}.{point.name}.{study.key}"


def read_number(study: Study, experiment: Experiment, point: Point) -> str:
    """The number of the last job that was submitted for the point, "" if there is none."""
    try:
        with open(study.point_file(experiment, point, "job"), encoding="utf-8") as file:
            return json.load(file)["job"]
    except FileNotFoundError:
        return ""


def write_number(study: Study, experiment: Experiment, point: Point, number: str) -> None:
    write_whole(study.point_file(experiment, point, "job"), json.dumps({"job": number}) + "\n")


def have_slurm() -> bool:
    return shutil.which("squeue") is not None and shutil.which("sbatch") is not None


def ended_words(number: str) -> str:
    """How a job that is no longer queued ended, as far as Slurm still knows."""
    try:
        said = call(["scontrol", "show", "job", "-o", number])
    except SuiteError:  # it has forgotten the job, or does not answer
        said = ""
    fields = dict(word.split("=", 1) for word in said.split() if "=" in word)
    if "JobState" not in fields:
        return f"job {number} ended"
    return f"job {number} ended: {fields['JobState']}, exit code {fields.get('ExitCode', '?').split(':')[0]}"


@dataclass
class Submission:
    """Submits the jobs of a study."""

    study: Study
    suite_path: str
    scale: str
    job_options: List[str]  # for run-point, in the job
    sbatch_options: List[str]

    def sbatch(self, experiment: Experiment, point: Point) -> str:
        """Returns the new job's number."""
        command = ["sbatch", "--parsable", "--job-name", job_name(self.study, experiment, point),
                   "--output", self.study.point_file(experiment, point, "%j.log"), "--nodes", str(point.nodes),
                   "--ntasks", str(point.ranks), "--ntasks-per-node", str(point.ranks // point.nodes),
                   "--time", str(experiment.time + 1)] + self.sbatch_options
        words = [sys.executable, self.scale, "run-point", os.path.abspath(self.suite_path), "-o", self.study.folder,
                 "--only", experiment.name, "--points", point.name] + self.job_options
        script = "#!/bin/bash\nexec " + " ".join(shlex.quote(word) for word in words) + "\n"
        return call(command, script).strip().split(";")[0]

    def submit(self, experiment: Experiment, point: Point, progress: Progress, queue: Queue) -> str:
        """Submits the point if necessary, and returns a message. Raises SuiteError if sbatch refuses."""
        done = f"{len(progress.good)} of {progress.wanted} runs"
        if progress.complete:
            return f"complete, {done}"
        job = queue.find(self.study, experiment, point)
        if job:
            write_number(self.study, experiment, point, job.number)
            return f"{job.words}, {done}"
        before = read_number(self.study, experiment, point)
        number = self.sbatch(experiment, point)
        write_number(self.study, experiment, point, number)
        return f"submitted as job {number}" + (f" after job {before}, {done}" if before else "")

    def submit_all(self, chosen: List) -> bool:
        """Prints one line per point; returns False if one was refused. Locked, so a concurrent call sees these jobs."""
        good = True
        os.makedirs(self.study.folder, exist_ok=True)
        with Lock(os.path.join(self.study.folder, "submit.lock"), wait=True):
            queue = Queue()
            for experiment, point in chosen:
                self.study.open(experiment)
                try:
                    said = self.submit(experiment, point, self.study.progress(experiment)[point], queue)
                except SuiteError as error:
                    said, good = f"NOT SUBMITTED: {error}", False
                print(f"{experiment.name} {point.name}: {said}", flush=True)
        return good
