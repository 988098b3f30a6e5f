"""aiosqlite with one trip to its thread for a statement, where the library makes four."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

import aiosqlite

T = TypeVar("T")

_CHUNK = 64  # rows at a time where one iterates; nobody here does


class OneTripCursor:
    """Executes, fetches and closes in one go; the rows are then here.

    Each trip costs two thread switches: they, not SQLite, are what a small statement takes.
    """

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Run one statement. Raises what sqlite3 raises, of fetching too."""
        await self._connection.go(lambda conn: self._keep(conn.execute(sql, parameters)))
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Run one statement for each of ``parameters``. Raises what sqlite3 raises."""
        await self._connection.go(lambda conn: self._keep(conn.executemany(sql, parameters)))
        return self

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        """Take everything out of a cursor; in the connection's thread."""
        try:
            self.description = cursor.description
            self._rows = [] if cursor.description is None else cursor.fetchall()
            # Of a statement that returns rows, it is known only once they are fetched.
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()

    async def fetchall(self) -> list[Any]:
        """Return the rows that were not asked for yet."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Forget the rows."""
        self._rows = []


class OneTripConnection(aiosqlite.Connection):
    """The library's connection and its thread, with cursors that save trips."""

    def cursor(self) -> OneTripCursor:  # type: ignore[override]
        """Return a cursor; no trip is made."""
        return OneTripCursor(self)

    async def go(self, act: Callable[[sqlite3.Connection], T]) -> T:
        """Have the thread do something. Raises ValueError when the connection is closed."""

        def there() -> T:
            return act(self._conn)

        result: T = await self._execute(there)  # type: ignore[no-untyped-call]
        return result


def connect(database: str, **options: Any) -> OneTripConnection:
    """Return a connection to be awaited; ``options`` are those of ``sqlite3.connect``."""
    connection = OneTripConnection(lambda: sqlite3.connect(database, **options), _CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does; it must not keep us alive
    return connection
