"""Where the bots of the tests come from: forked in a tenth of a second, instead of started in one.

What is forked is the bot's own ``main``, in a session, a folder, an environment and with a log of
its own. That the command itself starts, too, is for those tests to show that run it.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

ROOT: Final = Path(__file__).parents[2]


class Nursery:
    """A process of a module that calls :func:`tests.e2e.forking.serve`."""

    def __init__(self, module: str) -> None:
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": path},
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C is for the tests alone
        )
        self._ended: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it, and all that it has forked."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def fork(self, folder: Path, log: Path, environment: dict[str, str], **more: Any) -> Child:
        """Start a process; ``more`` is told to what it lives by."""
        assert self._process.stdin is not None
        told = {"folder": str(folder), "log": str(log), "environment": environment, **more}
        self._process.stdin.write(json.dumps(told).encode() + b"\n")
        while (pid := self._hear()) is None:
            pass
        return Child(self, pid)

    def status(self, pid: int, seconds: float) -> int | None:
        """Wait so long for the end of a process; return its status, None while it lives."""
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        while pid not in self._ended:
            left = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self._process.stdout], [], [], left)
            if not ready:
                return None
            self._hear()
        return self._ended[pid]

    def _hear(self) -> int | None:
        """Hear one line: the ID of a new process is returned, the end of one noted."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery is gone"
        pid, *status = map(int, line.split())
        if not status:
            return pid
        self._ended[pid] = status[0]
        return None


class Child:
    """A forked process; used as a ``subprocess.Popen`` is."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery = nursery
        self.pid = pid

    def ended(self, seconds: float) -> int | None:
        """Wait so long for its end; return the exit status, None while it lives."""
        return self._nursery.status(self.pid, seconds)

    def poll(self) -> int | None:
        """Return the exit status, None while it lives."""
        return self.ended(0)

    def wait(self, timeout: float) -> int:
        """Wait for its end, and return the exit status; raises subprocess.TimeoutExpired."""
        status = self.ended(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return status

    def send_signal(self, number: int) -> None:
        """Send a signal, if it lives."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(self.pid, number)
