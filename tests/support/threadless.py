"""The database's driver without its thread: each statement is executed where it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Self

from bot.store import driver

_threaded = driver.connect


class _Here(driver.OneTripConnection):
    """A connection that works where it is asked; its thread is never started."""

    def __await__(self) -> Generator[Any, None, Self]:
        async def opened() -> Self:
            self._connection = self._connector()
            return self

        return opened().__await__()

    async def _execute(self, fn: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **named)

    def stop(self) -> None:
        """End it; what is open is closed at once."""
        self._running = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def connect_here(database: str, **options: Any) -> driver.OneTripConnection:
    """Connect as the driver does."""
    connection = _threaded(database, **options)
    connection.__class__ = _Here
    return connection
