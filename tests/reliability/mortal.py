"""The bot as a process that is meant to die."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.e2e.nursery import Child, Nursery
from tests.e2e.practice import Bot, Shop

from . import killed_bot


def a_nursery() -> Nursery:
    """Return where the processes come from."""
    return Nursery(killed_bot.__name__)


class Mortal:
    """One bot after the other, in the same folder."""

    def __init__(self, nursery: Nursery, shop: Shop, folder: Path) -> None:
        self._nursery = nursery
        self._folder = folder
        self._environment = Bot(shop, folder).environment
        self._log = folder / "bot.log"
        self._note = folder / "killed-at"
        self._child: Child | None = None

    @property
    def alive(self) -> bool:
        """Whether a process runs, as far as was looked."""
        return self._child is not None

    def live(self, point: str = "", nth: int = 1) -> None:
        """Start; with a point, die at its nth passing."""
        self._note.unlink(missing_ok=True)
        trap = {
            killed_bot.POINT: point,
            killed_bot.NTH: str(nth),
            killed_bot.NOTE: str(self._note),
        }
        environment = {**self._environment, **(trap if point else {})}
        self._child = self._nursery.fork(self._folder, self._log, environment)

    def ended(self, seconds: float) -> int | None:
        """Wait so long for its end; return the status, None while it lives."""
        assert self._child is not None
        status = self._child.ended(seconds)
        if status is not None:
            self._child = None
        return status

    def signal(self, number: int) -> None:
        """Send a signal, if it lives."""
        if self._child is not None:
            self._child.send_signal(number)

    def end(self, number: int) -> int:
        """Have it end by a signal; return its status."""
        self.signal(number)
        status = self.ended(30)
        assert status is not None, "it does not end"
        return status

    def kill(self) -> None:
        """Kill it, if it lives."""
        if self._child is not None:
            self.end(signal.SIGKILL)

    def died_at(self) -> tuple[str, float]:
        """Return the point at which the trap closed, and when."""
        point, at = self._note.read_text("utf-8").rsplit(" ", 1)
        return point, float(at)

    def said(self) -> str:
        """Return the end of its log."""
        return self._log.read_text("utf-8", "replace")[-4000:]
