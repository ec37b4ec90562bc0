"""Running a command so that nothing of it goes on when this process is interrupted."""

import contextlib
import os
import signal
import subprocess
import time
from typing import Dict, List

TIMED_OUT = 124


def end(process: subprocess.Popen) -> None:
    """Asks the processes of the command's group to end, and so an mpirun among them to end its ranks, which are in
    groups of their own; kills those that have not after 10 s, all at once if this is interrupted too."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            process.poll()  # a zombie still counts
            os.killpg(process.pid, 0)
            time.sleep(0.05)
    except ProcessLookupError:
        pass
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run_command(command: List[str], environment: Dict[str, str], out: str, err: str, seconds: float) -> int:
    """Its exit code; 128 + n if signal n ended it, TIMED_OUT if it took longer than that. Throws OSError where it
    cannot be started."""
    with open(out, "wb") as stdout, open(err, "wb") as stderr:
        # in a session of its own: a Ctrl-C reaches this process alone, which ends the command in order
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
                                   start_new_session=True)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return TIMED_OUT
        finally:
            if process.poll() is None:
                end(process)
    return code if code >= 0 else 128 - code


def read_text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
