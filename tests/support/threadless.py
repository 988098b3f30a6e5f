"""The database's driver without its thread: each statement is executed where it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.store import driver

_threaded = driver.connect


class _Here(driver.OneTripConnection):
    """A connection that works where it is asked."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **named)


def connect_here(database: str, **options: Any) -> driver.OneTripConnection:
    """Connect as the driver does; only opening the file is left to its thread."""
    connection = _threaded(database, **{**options, "check_same_thread": False})
    connection.__class__ = _Here
    return connection
