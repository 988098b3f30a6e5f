"""A clock that can be moved on, on top of whichever clock the server was given."""

from datetime import datetime, timedelta

from sandbox.clock import Clock, SettableClock


class ShiftedClock:
    """Another clock plus the seconds it was advanced by."""

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._ahead = 0.0

    def now(self) -> datetime:
        """Return the shifted wall time, aware and in UTC."""
        return self._base.now() + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        """Return the shifted steady seconds."""
        return self._base.monotonic() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move on; a clock that is set by hand is moved itself, so that all its users agree.

        Raises ValueError for a negative step.
        """
        if seconds < 0:
            raise ValueError("a clock is advanced by zero seconds or more")
        if isinstance(self._base, SettableClock):
            self._base.advance(seconds)
        else:
            self._ahead += seconds
