"""Practice shops as processes of their own: forked, or started as a person starts them."""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from . import forked_shop
from .nursery import ROOT, Nursery

# For what takes one on a quiet machine.
START_SECONDS: Final = 30.0
_READY: Final = "READY "
# How soon it is noticed that one ended instead.
_LOOK_SECONDS: Final = 0.2


class _Process(Protocol):
    def poll(self) -> int | None: ...
    def wait(self, timeout: float) -> int: ...
    def send_signal(self, number: int, /) -> None: ...


def _nursery() -> Nursery:
    # A nursery is spoken to in turns: each thread has its own.
    return _nursery_of(threading.get_ident())


@functools.cache
def _nursery_of(_thread: int) -> Nursery:
    nursery = Nursery(forked_shop.__name__)
    atexit.register(nursery.close)
    return nursery


class ShopProcess:
    """``python -m sandbox`` in a directory that is not the project's.

    It is forked from a nursery; ``command``: it is started as it is by a person.
    """

    def __init__(self, *arguments: str, command: bool = False) -> None:
        """Start it. Where it serves is told by :meth:`port`."""
        self._folder = Path(tempfile.mkdtemp())
        self._log = self._folder / "log"
        # On its stdout stands one line, which is waited for.
        pipe = self._folder / "stdout"
        os.mkfifo(pipe)
        self._stdout = os.open(pipe, os.O_RDWR)
        self._process = self._run(arguments) if command else self._fork(arguments, pipe)

    def _run(self, arguments: Sequence[str]) -> _Process:
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "sandbox", *arguments],
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=self._stdout,
                stderr=log,
                start_new_session=True,
            )

    def _fork(self, arguments: Sequence[str], stdout: Path) -> _Process:
        return _nursery().fork(
            self._folder,
            self._log,
            dict(os.environ),
            stdout=str(stdout),
            arguments=list(arguments),
        )

    def port(self) -> int:
        """Wait until it serves, and return where."""
        deadline = time.monotonic() + START_SECONDS
        said = b""
        while not said.endswith(b"\n"):
            assert time.monotonic() < deadline, f"does not serve: {said!r} {self.said()}"
            assert self._process.poll() is None, f"has ended: {self.said()}"
            if select.select([self._stdout], [], [], _LOOK_SECONDS)[0]:
                said += os.read(self._stdout, 4096)
        line = said.decode()
        assert line.startswith(_READY), line
        return int(json.loads(line.removeprefix(_READY))["port"])

    def said(self) -> str:
        """Return what stands on its stderr."""
        return self._log.read_text("utf-8", "replace")

    def wait(self, seconds: float) -> int:
        """Wait for its end, and return the exit status; raises subprocess.TimeoutExpired."""
        return self._process.wait(seconds)

    def end(self, number: int = signal.SIGTERM, seconds: float = 30.0) -> tuple[int, str]:
        """Send a signal; return the exit status, and what stood on stderr."""
        self._process.send_signal(number)
        return self.wait(seconds), self.said()

    def close(self) -> None:
        """Kill it, if it lives, and keep nothing of it."""
        if self._process.poll() is None:
            self.end(signal.SIGKILL)
        os.close(self._stdout)
        shutil.rmtree(self._folder)
