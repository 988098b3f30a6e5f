"""What time it is in the practice shop: the machine's clock, or one that is set by hand."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall time and a steady count of seconds, so that tests need not wait."""

    def now(self) -> datetime:
        """Return the wall time, aware and in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards; only differences mean something."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the wall time, aware and in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the machine's steady seconds."""
        return time.monotonic()


class SettableClock:
    """A clock that stands still until it is advanced."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = (start or datetime(2024, 3, 1, 12, tzinfo=UTC)).astimezone(UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        """Return the time it was set to, aware and in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds it was advanced by so far."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move wall time and steady seconds on together.

        Raises ValueError for a negative step: steady seconds never run backwards.
        """
        if seconds < 0:
            raise ValueError("a clock is advanced by zero seconds or more")
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
