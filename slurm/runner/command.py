"""Runs commands so that no process of theirs outlives an interrupt of this one."""

import contextlib
import os
import signal
import subprocess
import time
from typing import Dict, List

TIMED_OUT = 124
INTERRUPTS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def end(process: subprocess.Popen) -> None:
    """Sends SIGTERM to the command's process group, so that an mpirun in it ends its ranks, which are in groups of
    their own; kills what is left after 10 s, or at once if this is interrupted too."""
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
    """The exit code; 128 + n if signal n ended it, TIMED_OUT if it took longer than `seconds`. Raises OSError if it
    cannot be started."""
    with open(out, "wb") as stdout, open(err, "wb") as stderr:
        # an interrupt waits until `process` is set: between the fork and that, nothing would end the command
        before = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
        try:
            # in a session of its own: a Ctrl-C reaches only this process, which ends the command in an orderly way
            process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=stdout,
                                       stderr=stderr, start_new_session=True,
                                       preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before))
            try:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
                code = process.wait(seconds)
            except subprocess.TimeoutExpired:
                return TIMED_OUT
            finally:
                if process.poll() is None:
                    end(process)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return code if code >= 0 else 128 - code


def read_text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
