"""SQLite as it should be: one connection that writes, and some that only read."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.lean import parts_of

from . import driver
from .errors import StoreClosed, from_sqlite
from .unbroken import unbroken

with parts_of("sqlalchemy.ext.asyncio"):  # without its ORM: 6 MB
    from sqlalchemy.ext.asyncio.engine import AsyncConnection, AsyncEngine, create_async_engine

_BUSY_MS = 5000
_COMMON = (f"PRAGMA busy_timeout={_BUSY_MS}", "PRAGMA foreign_keys=ON")
_WRITER = (
    *_COMMON,
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-1024",
    # After a burst the write-ahead log is cut back to this many bytes.
    "PRAGMA journal_size_limit=16777216",
)
# The file stands in the system's cache already: a small one of our own, in KiB, for each reader.
_READER = (*_COMMON, "PRAGMA query_only=ON", "PRAGMA cache_size=-512")


def writer(path: Path) -> AsyncEngine:
    """Return what opens the one connection to the file at `path` that writes."""
    return _engine(path, _WRITER, size=1)


def readers(path: Path, count: int) -> AsyncEngine:
    """Return what opens up to `count` connections to the file at `path` that only read."""
    return _engine(path, _READER, size=count)


def _engine(path: Path, pragmas: tuple[str, ...], *, size: int) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        # Every transaction is ended by us; a rollback on each return would be one trip more.
        pool_reset_on_return=None,
        connect_args={
            "async_creator_fn": driver.connect,
            "isolation_level": None,  # no BEGIN of the driver's own
            "timeout": _BUSY_MS / 1000,
            # What runs again and again; each takes 10 to 35 KB while it is kept prepared.
            "cached_statements": 64,
        },
    )
    sync = engine.sync_engine

    @event.listens_for(sync, "connect")
    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    def nothing(_connection: PoolProxiedConnection) -> None:
        """Leave it to the store: by way of the library it takes as long as a query."""

    for name in ("do_begin", "do_commit", "do_rollback"):
        setattr(sync.dialect, name, nothing)

    @event.listens_for(sync, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        ours = from_sqlite(context.original_exception)
        if ours is not None:
            raise ours from context.original_exception

    return engine


async def connect(engine: AsyncEngine) -> AsyncConnection:
    """Open or take a connection; a cancellation is raised when that is over.

    Cut in the middle, the driver's thread would open a file that nobody closes.
    """

    async def opened() -> AsyncConnection:
        return await engine.connect()

    conn, interrupted = await unbroken(opened())
    if interrupted is not None:
        await unbroken(conn.close())
        raise interrupted
    return conn


def driver_of(conn: AsyncConnection) -> driver.OneTripConnection:
    """Return the driver's connection below one that is open."""
    opened = conn.sync_connection
    if opened is None:
        raise StoreClosed("The connection was not opened.")
    below: driver.OneTripConnection = opened.connection.driver_connection  # type: ignore[assignment]
    return below
