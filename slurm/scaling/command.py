"""Running a command so that nothing of it goes on when this process is interrupted."""

import contextlib
import os
import signal
import subprocess
from typing import Dict, List

TIMED_OUT = 124


def end(process: subprocess.Popen) -> None:
    """Asks the processes of the command's session to end, and so mpirun to end its ranks; kills those that do not, all
    at once if this is interrupted too."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
    except (ProcessLookupError, subprocess.TimeoutExpired):
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
