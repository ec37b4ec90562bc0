"""The command that starts the ranks of a point."""

import dataclasses
import os
import shlex
import sys
from typing import Dict, List, Optional

from .machine import Placement, find_placement
from .suite import Point, SuiteError, replace_names, words_known

LAUNCHER_NAMES = ("ranks", "nodes")


class Launcher:
    """mpirun on this machine, on named hosts or inside a Slurm allocation; or a command of the user's own."""

    def __init__(self, template: str = "", hosts: Optional[List[str]] = None, in_allocation: bool = False,
                 emulated: str = ""):
        self.template = template
        self.hosts = hosts or []
        self.in_allocation = in_allocation
        self.emulated = emulated  # the user's note on hosts that share a machine
        if template and self.hosts:
            raise SuiteError("--launcher and --hosts exclude each other: the launcher's command names the hosts")
        try:
            words_known(template, LAUNCHER_NAMES)
        except ValueError as error:
            raise SuiteError(f"--launcher: {error}") from error
        if template and "{ranks}" not in template:
            raise SuiteError("--launcher: the command needs {ranks}, and {nodes} for several nodes")

    def check(self, point: Point) -> None:
        """Raises SuiteError if this launcher cannot start the point."""
        if self.template or self.in_allocation or point.nodes <= max(1, len(self.hosts)):
            return
        here = f"--hosts names {len(self.hosts)}" if self.hosts else "--hosts names them, `submit` asks Slurm for them"
        raise SuiteError(f"{point.name} needs {point.nodes} hosts: {here}")

    def environment(self) -> Dict[str, str]:
        """mpirun refuses to run as root unless two variables allow it."""
        environment = dict(os.environ)
        if os.geteuid() == 0:
            environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        return environment

    def start(self, point: Point, options: List[str]) -> List[str]:
        if self.template:
            values = {"ranks": str(point.ranks), "nodes": str(point.nodes)}
            return [replace_names(word, values) for word in shlex.split(self.template)]
        words = ["mpirun"] + options
        if self.hosts:
            each = point.ranks // point.nodes
            words += ["--host", ",".join(f"{host}:{each}" for host in self.hosts[:point.nodes])]
        return words + ["-n", str(point.ranks)]

    def place(self, point: Point, scale: str, out: str, err: str, seconds: float) -> Placement:
        """Where the ranks of the point run, found by starting `scale probe` on them: see find_placement."""
        command = self.start(point, ["--oversubscribe", "--bind-to", "none"]) + [sys.executable, scale, "probe"]
        placement = find_placement(command, point.ranks, point.nodes, self.environment(), out, err, seconds)
        return dataclasses.replace(placement, emulated=self.emulated or placement.emulated)

    def command(self, point: Point, placement: Placement) -> List[str]:
        """More ranks than cores take turns and yield; hosts that share a machine must not bind to the same cores."""
        options: List[str] = []
        if placement.oversubscribed:
            options = ["--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]
        elif placement.shared:
            options = ["--bind-to", "none"]
        return self.start(point, options)
