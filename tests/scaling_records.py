"""Synthetic records of a scaling suite, with the fields that slurm/scale writes, for the tests of results/plot and
results/predict."""
import io
import json
import os
import random
import runpy
import subprocess
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

SEED = 20240229
RESULTS = Path(__file__).resolve().parent.parent / "results"
sys.path.insert(0, str(RESULTS))


def record(
    experiment,
    ranks,
    seconds,
    scaling="strong",
    nodes=1,
    cores=None,
    work=1e9,
    repeat=0,
    warmup=False,
    exit_code=0,
    emulated="",
    phases=None,
    stages=None,
    baseline=None,
    program="build/bin/pi",
):
    """One run. `cores` defaults to the number of ranks; `work` is total (strong) or per rank (weak)."""
    cores = ranks if cores is None else cores
    total = work * ranks if scaling == "weak" else work
    return {
        "experiment": experiment,
        "scaling": scaling,
        "program": program,
        "arguments": ["--samples", f"{total:g}"],
        "work": total,
        "unit": "samples",
        "ranks": ranks,
        "nodes": nodes,
        "hosts": [f"n{i}" for i in range(1, nodes + 1)],
        "cores": cores,
        "oversubscribed": ranks > cores,
        "emulated": emulated,
        "repeat": repeat,
        "warmup": warmup,
        "seconds": seconds,
        "wall_seconds": None if seconds is None else seconds + 0.4 + 0.01 * ranks,
        "exit_code": exit_code,
        "result": {},
        "checked": exit_code == 0,
        "phases": phases or {},
        "job_seconds": seconds,
        "stages": stages or [],
        "memory_resident_max": 20000000,
        "baseline": baseline or {},
        "context": {
            "date": "2024-02-29",
            "commit": "0123456789ab",
            "compiler": "GNU 12",
            "flags": "-O3",
            "mpi_library": "Open MPI",
            "cpu": "a processor",
            "load": [0, 0, 0],
            "job": "",
            "command": "mpirun",
        },
    }


def spread(execute, wait, ranks):
    """Phases of a run whose slowest rank takes `wait` longer than the mean."""
    return {
        "map: execute": {"min": execute - wait, "mean": execute, "max": execute + wait},
        "wait: for other ranks": {"min": 0.0, "mean": wait, "max": 2 * wait},
        "driver: plan": {"min": 0, "mean": 1e-4 / ranks, "max": 1e-4},
        "outside jobs": {"min": 0.1, "mean": 0.1, "max": 0.1},
    }


def repeats(point, seconds, noise=0.0, count=5, generator=None, **fields):
    """A warm-up and `count` runs of `seconds`, with the relative standard deviation `noise`."""
    generator = generator or random.Random(SEED)
    runs = [record(repeat=0, warmup=True, seconds=2 * seconds, **point, **fields)]
    return runs + [
        record(repeat=i, seconds=seconds * (1 + generator.gauss(0, noise)), **point, **fields) for i in range(count)
    ]


def baseline(latency, bandwidth, noise=0.0, generator=None, ranks=2, hosts=1, exchange=()):
    """What bench_network prints, for a link of `latency` seconds and `bandwidth` bytes/s; `exchange`: pairs of bytes
    per rank and microseconds."""
    generator = generator or random.Random(SEED)
    points = [
        {"bytes": 4**i, "us": 1e6 * (latency + 4**i / bandwidth) * (1 + generator.gauss(0, noise))}
        for i in range(12)
    ]
    return {
        "ranks": ranks,
        "hosts": hosts,
        "barrier_us": 1.0,
        "allreduce": [{"bytes": 8, "us": 2e6 * latency}],
        "alltoall": [],
        "exchange": [{"bytes_per_rank": size, "us": us} for size, us in exchange],
        "pingpong": points,
    }


def write(folder, records):
    """Appends each record to the file of its experiment."""
    folder.mkdir(parents=True, exist_ok=True)
    for run in records:
        with open(folder / f"{run['experiment']}.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(run) + "\n")


def run_program(name, *arguments, **environment):
    """Runs results/<name>; returns exit code, output, errors. In this process, which has loaded matplotlib and scipy,
    unless an environment is given."""
    command = [str(RESULTS / name), *map(str, arguments)]
    if environment:
        command.insert(0, sys.executable)
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, timeout=100)
        return done.returncode, done.stdout, done.stderr
    output, errors = io.StringIO(), io.StringIO()
    with mock.patch.object(sys, "argv", command), redirect_stdout(output), redirect_stderr(errors):
        try:
            runpy.run_path(command[0], run_name="__main__")
            code = 0
        except SystemExit as end:
            code = end.code
    return code, output.getvalue(), errors.getvalue()


# invalid records, and part of the expected error
BROKEN = {
    "cut off": (lambda: json.dumps(record("pi", 1, 1.0))[:-30], "pi.jsonl:1"),
    "not an object": (lambda: "[1, 2]", "pi.jsonl:1: not a JSON object"),
    "missing field": (
        lambda: json.dumps({k: v for k, v in record("pi", 1, 1.0).items() if k != "ranks"}),
        "'ranks' is missing",
    ),
    "wrong type": (lambda: json.dumps({**record("pi", 1, 1.0), "ranks": "two"}), "'ranks' is 'two'"),
    "no seconds": (lambda: json.dumps(record("pi", 1, None)), "its seconds are None"),
    "negative seconds": (lambda: json.dumps(record("pi", 1, -1.0)), "its seconds are -1.0"),
    "name with a path": (lambda: json.dumps(record("../pi", 1, 1.0)), "experiment is '../pi'"),
    "only warm-ups": (lambda: json.dumps(record("pi", 1, 1.0, warmup=True)), "1 warm-up and 0 failed"),
    "only failures": (lambda: json.dumps(record("pi", 1, None, exit_code=205)), "0 warm-up and 1 failed"),
    "empty": (lambda: "", "hold no records"),
    "work differs": (
        lambda: json.dumps(record("pi", 1, 1.0)) + "\n" + json.dumps(record("pi", 2, 1.0, work=5.0)),
        "differ in work",
    ),
}


class BrokenRecords:
    """A mixin for tests of `program`: for any invalid input it reports what is wrong and where, without a traceback."""

    program = ""

    def check(self, folder, expected):
        code, _, errors = run_program(self.program, folder)
        self.assertEqual(code, 1, errors)
        self.assertIn(expected, errors)
        self.assertTrue(errors.startswith(f"{self.program}: "), errors)
        self.assertNotIn("Traceback", errors)

    def test_broken_records(self):
        for name, (text, expected) in BROKEN.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                Path(folder, "pi.jsonl").write_text(text() + "\n", encoding="utf-8")
                self.check(folder, expected)

    def test_no_records(self):
        with tempfile.TemporaryDirectory() as folder:
            self.check(folder, "no records (*.jsonl)")
            self.check(Path(folder, "none"), "no such folder")

    def test_missing_package(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "scipy.py").write_text("raise ImportError('no scipy here')\n", encoding="utf-8")
            code, _, errors = run_program(self.program, folder, PYTHONPATH=folder)
        self.assertEqual(code, 2)
        self.assertIn("no scipy here", errors)
        self.assertIn("apt-get install python3-matplotlib python3-scipy", errors)
