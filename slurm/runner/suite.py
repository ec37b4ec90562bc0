"""The suite file: experiments, their points, and the substitutions in their commands."""

import configparser
import os
import re
import shlex
from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple

KEYS = ("program", "arguments", "scaling", "work", "unit", "points", "repeats", "warmup", "setup", "check", "cleanup",
        "same", "time", "baseline", "statistics")
NAMES = ("work", "ranks", "nodes", "point", "scratch")


class SuiteError(Exception):
    """An error that the user must fix, in the suite file or on the command line."""


@dataclass(frozen=True)
class Point:
    """A number of ranks, spread evenly over a number of nodes."""

    ranks: int
    nodes: int

    @staticmethod
    def parse(text: str) -> "Point":
        """`8` is 8 ranks on one node, `8@2` 4 on each of two. Raises ValueError."""
        found = re.fullmatch(r"([1-9][0-9]*)(?:@([1-9][0-9]*))?", text)
        if not found:
            raise ValueError(f"'{text}' is not a point; use 8 (ranks on one node) or 8@2 (ranks@nodes)")
        point = Point(int(found.group(1)), int(found.group(2) or 1))
        if point.ranks % point.nodes:
            raise ValueError(f"{text}: {point.ranks} ranks do not spread evenly over {point.nodes} nodes")
        return point

    @property
    def name(self) -> str:
        return f"{self.ranks}@{self.nodes}"


@dataclass(frozen=True)
class Experiment:
    """One section of a suite file."""

    name: str
    program: str
    arguments: str
    scaling: str  # "strong": work is per point; "weak": work is per rank
    work: int
    unit: str
    points: Tuple[Point, ...]
    repeats: int
    warmup: int
    setup: str  # shell command, once per total work
    check: str  # shell command after each run; the fields of its RESULT line are added to the program's
    cleanup: str  # shell command after each run
    same: Tuple[str, ...]
    time: int  # minutes for a point
    baseline: str  # program, "" for none
    statistics: bool  # whether the program has --seltzer-stats

    def work_at(self, point: Point) -> int:
        return self.work * (point.ranks if self.scaling == "weak" else 1)

    def definition(self) -> Dict[str, str]:
        """The settings that must not change between the runs of a study."""
        keys = ("program", "arguments", "scaling", "work", "unit", "setup", "check", "statistics")
        return {key: str(getattr(self, key)) for key in keys}

    def values(self, point: Point, scratch: str) -> Dict[str, str]:
        return {"work": str(self.work_at(point)), "ranks": str(point.ranks), "nodes": str(point.nodes),
                "point": point.name, "scratch": scratch}

    def argument_list(self, point: Point, scratch: str) -> List[str]:
        values = self.values(point, scratch)
        return [replace_names(word, values) for word in shlex.split(self.arguments)]

    def shell_command(self, template: str, point: Point, scratch: str) -> str:
        values = {name: shlex.quote(text) for name, text in self.values(point, scratch).items()}
        return replace_names(template, values)


NAME = re.compile(r"(?<!\$)\{([a-z]+)\}")  # ${name} is the shell's


def replace_names(template: str, values: Dict[str, str]) -> str:
    """Replaces {work} and the other names by their values."""
    return re.sub(NAME, lambda found: values[found.group(1)], template)


def positive(text: str) -> int:
    """An integer of at least 1; 1e9 is valid. Raises ValueError."""
    number = float(text)
    if not 1 <= number < 2**63 or number != int(number):
        raise ValueError(f"'{text}' is not an integer of at least 1")
    return int(text) if text.strip().isdigit() else int(number)  # a float has 53 bits


def not_negative(text: str) -> int:
    return 0 if text.strip() == "0" else positive(text)


def one_of(*choices: str):
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"'{text}' is neither " + " nor ".join(choices))
        return text
    return parse


def names_known(text: str, names: Tuple[str, ...] = NAMES) -> str:
    for name in re.findall(NAME, text):
        if name not in names:
            raise ValueError(f"unknown name {{{name}}}; known are " + " ".join(f"{{{n}}}" for n in names))
    return text


def words_known(text: str, names: Tuple[str, ...] = NAMES) -> str:
    shlex.split(text)  # unbalanced quotes throw ValueError
    return names_known(text, names)


def point_list(text: str) -> Tuple[Point, ...]:
    points = tuple(Point.parse(word) for word in text.replace(",", " ").split())
    if not points:
        raise ValueError("no points")
    if len(set(points)) != len(points):
        raise ValueError("a point is listed twice")
    return points


class Section:
    """Reads the keys of a section; an error names suite file, section and key."""

    def __init__(self, path: str, name: str, keys: Dict[str, str]):
        self.where = f"{path}: [{name}]"
        self.keys = keys
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
            raise SuiteError(f"{self.where}: the name is used in file names: only letters, digits, . _ -")
        for key in keys:
            if key not in KEYS:
                raise SuiteError(f"{self.where} {key}: unknown key; known are " + ", ".join(KEYS))

    def get(self, key: str, parse=str, default: Optional[str] = None):
        text = self.keys.get(key, default)
        if text is None or (default is None and not text.strip()):
            raise SuiteError(f"{self.where} {key}: is missing")
        try:
            return parse(text)
        except ValueError as error:
            raise SuiteError(f"{self.where} {key}: {error}") from error


def read_experiment(path: str, name: str, keys: Dict[str, str]) -> Experiment:
    section = Section(path, name, keys)
    program = section.get("program")
    baseline = section.get("baseline", default=os.path.join(os.path.dirname(program), "bench_network"))
    return Experiment(
        name=name,
        program=program,
        arguments=section.get("arguments", words_known, ""),
        scaling=section.get("scaling", one_of("strong", "weak")),
        work=section.get("work", positive),
        unit=section.get("unit"),
        points=section.get("points", point_list),
        repeats=section.get("repeats", positive, "5"),
        warmup=section.get("warmup", not_negative, "1"),
        setup=section.get("setup", names_known, ""),
        check=section.get("check", names_known, ""),
        cleanup=section.get("cleanup", names_known, ""),
        same=tuple(section.get("same").split()),
        time=section.get("time", positive, "10"),
        baseline="" if baseline == "none" else baseline,
        statistics=section.get("statistics", one_of("yes", "no"), "yes") == "yes")


def read_suite(path: str) -> List[Experiment]:
    """The experiments in the file's order. Raises SuiteError."""
    parser = configparser.ConfigParser(interpolation=None, default_section="")
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
    except OSError as error:
        raise SuiteError(f"{path}: {error.strerror}") from error
    except (configparser.Error, UnicodeDecodeError) as error:
        raise SuiteError(f"{path}: {error}") from error
    if not parser.sections():
        raise SuiteError(f"{path}: no [experiment] section")
    return [read_experiment(path, name, dict(parser[name])) for name in parser.sections()]


def choose(experiments: List[Experiment], only: List[str], points: List[str]) -> List[Tuple[Experiment, Point]]:
    """The selected points, in the suite's order; all if `only` and `points` are empty. Raises SuiteError."""
    for name in only:
        if name not in [experiment.name for experiment in experiments]:
            raise SuiteError(f"--only {name}: the suite has " + ", ".join(e.name for e in experiments))
    try:
        wanted = [Point.parse(text) for text in points]
    except ValueError as error:
        raise SuiteError(f"--points: {error}") from error
    chosen = [(e, p) for e in experiments if not only or e.name in only for p in e.points if not wanted or p in wanted]
    for point in wanted:
        if point not in [p for _, p in chosen]:
            raise SuiteError(f"--points: {point.name} is not a point of the chosen experiments")
    return chosen
