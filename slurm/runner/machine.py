"""The machines of a point's ranks, as reported by a probe that is started like the ranks."""

import json
import os
import socket
from dataclasses import dataclass
from typing import Dict, List, Set, Tuple

from .command import TIMED_OUT, read_text, run_command

MARK = "SELTZER-PROBE "


def read_line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def cores_allowed() -> List[str]:
    """The physical cores that this process may use, as "package/core"; hardware threads of a core count once."""
    cores = set()
    for cpu in os.sched_getaffinity(0):
        topology = f"/sys/devices/system/cpu/cpu{cpu}/topology/"
        core = read_line(topology + "core_id")
        cores.add(f"{read_line(topology + 'physical_package_id')}/{core}" if core else f"cpu/{cpu}")
    return sorted(cores)


def processor_name() -> str:
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return os.uname().machine


def probe() -> None:
    """Prints the host and cores of one rank. Hosts with the same boot id share a kernel: they are one machine."""
    machine = read_line("/proc/sys/kernel/random/boot_id") or socket.gethostname()
    seen = {"host": socket.gethostname(), "machine": machine, "cores": cores_allowed(), "cpu": processor_name()}
    os.write(1, (MARK + json.dumps(seen) + "\n").encode())  # in one write: launchers interleave the ranks' output


@dataclass(frozen=True)
class Placement:
    """Where the ranks of a point run."""

    hosts: Tuple[str, ...]  # distinct, sorted by name
    machines: int  # real ones: the hosts may be namespaces or containers of one
    cores: int  # physical cores of all machines that the ranks may use
    cpu: str
    oversubscribed: bool
    emulated: str  # a note on hosts that share machines, "" for real ones

    @property
    def shared(self) -> bool:
        return self.machines < len(self.hosts)


class ProbeError(Exception):
    """The launcher does not start ranks as the point requires."""


def run_probe(command: List[str], environment: Dict[str, str], out: str, err: str, seconds: float) -> int:
    """The exit code. Raises ProbeError."""
    try:
        return run_command(command, environment, out, err, min(seconds, 120))
    except FileNotFoundError as error:
        raise ProbeError(f"{command[0]} is not in the PATH") from error
    except OSError as error:
        raise ProbeError(f"{command[0]} cannot be run: {error.strerror}") from error


def find_placement(command: List[str], ranks: int, nodes: int, environment: Dict[str, str], out: str, err: str,
                   seconds: float) -> Placement:
    """Runs `command`, which starts the probe on all ranks, for at most `seconds`, with its output in the two files.
    Raises ProbeError if the ranks are not placed as the point requires."""
    shown = " ".join(command)
    code = run_probe(command, environment, out, err, seconds)
    try:
        seen = [json.JSONDecoder().raw_decode(text)[0] for text in read_text(out).split(MARK)[1:]]
    except ValueError as error:
        raise ProbeError(f"the output of the ranks was garbled, by: {shown}") from error
    if code == TIMED_OUT and len(seen) < ranks:
        raise ProbeError(f"{len(seen)} of {ranks} ranks started in {min(seconds, 120):.0f} s, by: {shown}\n"
                         + read_text(err).strip())
    if code != 0 or len(seen) != ranks:
        raise ProbeError(f"{len(seen)} of {ranks} ranks started, exit code {code}, by: {shown}\n"
                         + read_text(err).strip())
    hosts = sorted({rank["host"] for rank in seen})
    if len(hosts) != nodes:
        raise ProbeError(f"the {ranks} ranks are on {' '.join(hosts)}, not on {nodes} nodes, by: {shown}")
    cores: Dict[str, Set[str]] = {}
    for rank in seen:
        cores.setdefault(rank["machine"], set()).update(rank["cores"])
    count = sum(len(each) for each in cores.values())
    cpu = ", ".join(sorted({rank["cpu"] for rank in seen}))
    machines = "one machine" if len(cores) == 1 else f"{len(cores)} machines"
    emulated = f"{len(hosts)} hosts emulated on {machines}" if len(cores) < len(hosts) else ""
    return Placement(tuple(hosts), len(cores), count, cpu, ranks > count, emulated)
