"""The bot as a process that is meant to die."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from tests.e2e.practice import SETTINGS, Bot, Shop

from . import killed_bot

ROOT: Final = Path(__file__).parents[2]


class Nursery:
    """Where the processes come from; see killed_bot."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        inherited = {k: v for k, v in os.environ.items() if not SETTINGS.fullmatch(k)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", killed_bot.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**inherited, "PYTHONPATH": path},
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C is the harness's own
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def ask(self, line: str) -> int:
        """Order a process and return its ID."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        return self._number()

    def ended(self, seconds: float) -> int | None:
        """Wait so long for the end of the process; return its status, None while it lives."""
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], seconds)
        return self._number() if ready else None

    def _number(self) -> int:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery is gone"
        return int(line)


class Mortal:
    """One bot after the other, in the same folder."""

    def __init__(self, nursery: Nursery, shop: Shop, folder: Path) -> None:
        self._nursery = nursery
        self._folder = folder
        self._environment = Bot(shop, folder).environment
        self._note = folder / "killed-at"
        self._pid: int | None = None

    @property
    def alive(self) -> bool:
        """Whether a process runs, as far as was looked."""
        return self._pid is not None

    def live(self, point: str = "", nth: int = 1) -> None:
        """Start; with a point, die at its nth passing."""
        self._note.unlink(missing_ok=True)
        trap = {
            killed_bot.POINT: point,
            killed_bot.NTH: str(nth),
            killed_bot.NOTE: str(self._note),
        }
        environment = {**self._environment, **(trap if point else {})}
        order = {"environment": environment, "folder": str(self._folder)}
        self._pid = self._nursery.ask(json.dumps(order))

    def ended(self, seconds: float) -> int | None:
        """Wait so long for its end; return the status, None while it lives."""
        status = self._nursery.ended(seconds)
        if status is not None:
            self._pid = None
        return status

    def signal(self, number: int) -> None:
        """Send a signal, if it lives."""
        if self._pid is not None:
            with suppress(ProcessLookupError):  # it has just ended by itself: that is asked next
                os.kill(self._pid, number)

    def end(self, number: int) -> int:
        """Have it end by a signal; return its status."""
        self.signal(number)
        status = self.ended(15)
        assert status is not None, "it does not end"
        return status

    def kill(self) -> None:
        """Kill it, if it lives."""
        if self._pid is not None:
            self.end(signal.SIGKILL)

    def died_at(self) -> tuple[str, float]:
        """Return the point at which the trap closed, and when."""
        point, at = self._note.read_text("utf-8").rsplit(" ", 1)
        return point, float(at)

    def said(self) -> str:
        """Return the end of its log."""
        return (self._folder / "bot.log").read_text("utf-8", "replace")[-4000:]
