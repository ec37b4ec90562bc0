"""Runs a command and measures the time and the memory of all its processes."""
from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Set

PAGE = os.sysconf("SC_PAGE_SIZE")
INTERVAL = 0.05  # seconds between two readings of resident memory
FIRST_INTERVAL = 0.01  # the same while a program starts
SETTLED = 1.0  # seconds after which it has started, and new processes are looked for less often


@dataclass(frozen=True)
class Finished:
    code: Optional[int]  # none: it took too long
    output: str
    errors: str
    seconds: float  # from its start to its end
    resident: int  # the largest sum over all processes, bytes


class Sampler(threading.Thread):
    """Reads the resident memory of a process and its descendants until `stop`."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.known: Set[int] = {root}
        self.most = 0
        self.ended = threading.Event()

    def run(self) -> None:
        begin = looked = time.monotonic()
        while True:
            now = time.monotonic()
            starting = now - begin < SETTLED
            if starting or now - looked > SETTLED / 2:
                self.known = descendants(self.root)
                looked = now
            self.most = max(self.most, sum(map(resident_of, self.known)))
            if self.ended.wait(FIRST_INTERVAL if starting else INTERVAL):
                return

    def stop(self) -> None:
        self.ended.set()
        self.join()


def resident_of(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_bytes().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def descendants(root: int) -> Set[int]:
    found, open_ = {root}, [root]
    while open_:
        process = open_.pop()
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{process}/task"):
                with contextlib.suppress(OSError):
                    children = Path(f"/proc/{process}/task/{thread}/children").read_bytes().split()
                    new = [child for child in map(int, children) if child not in found]
                    found.update(new)
                    open_ += new
    return found


def end(process: subprocess.Popen, known: Set[int]) -> None:
    """Ends the command's process group, so that a launcher ends its ranks; kills what is left of its processes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
    for each in known:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    process.wait()


def run_measured(command: Sequence[str], environment: Dict[str, str], seconds: float, folder: Path) -> Finished:
    """Its output is in files of `folder` meanwhile. Raises OSError if it cannot be started."""
    out, err = folder / "output", folder / "errors"
    with open(out, "wb") as stdout, open(err, "wb") as stderr:
        begin = time.monotonic()
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        sampler = Sampler(process.pid)
        sampler.start()
        code: Optional[int] = None
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            took = time.monotonic() - begin
            sampler.stop()
            if process.poll() is None:
                end(process, descendants(process.pid))
    texts: List[str] = [path.read_text(encoding="utf-8", errors="replace") for path in (out, err)]
    return Finished(code, texts[0], texts[1], took, sampler.most)
