"""The open database: one writer, a few readers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, CursorResult, Executable, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.lean import parts_of

from . import driver, migrate
from .errors import (
    DatabaseBroken,
    DatabaseBusy,
    DiskFull,
    ReadOnly,
    SecretsMissing,
    StoreClosed,
    StoreError,
    UnusableAddress,
    from_sqlite,
)
from .lock import DatabaseLock
from .signals import Signals
from .spool import Spool
from .vault import Vault, load, load_or_make

with parts_of("sqlalchemy.ext.asyncio"):  # without its ORM: 6 MB
    from sqlalchemy.ext.asyncio.engine import AsyncConnection, AsyncEngine, create_async_engine

__all__ = ["READERS", "Signals", "Store", "StoreTrouble", "Tx", "database_path", "open_store"]

T = TypeVar("T")

# What may pass by itself, or when a person makes room: a machine's word for each.
_PASSING: dict[type[StoreError], str] = {
    DiskFull: "full",
    ReadOnly: "read_only",
    DatabaseBusy: "busy",
    DatabaseBroken: "broken",
}

READERS = 3

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


class Tx:
    """One open transaction (write) or snapshot (read)."""

    __slots__ = ("_woken", "conn", "vault")

    def __init__(self, conn: AsyncConnection, vault: Vault) -> None:
        self.conn = conn
        self.vault = vault
        self._woken: dict[str, None] = {}

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Execute a Core statement, as ``AsyncConnection.execute`` does."""
        return await self.conn.execute(statement, parameters)

    @asynccontextmanager
    async def part(self) -> AsyncIterator[None]:
        """A part of this transaction (a savepoint): undone by itself when it raises.

        After a StoreError or a cancellation nothing is certain: the whole is to be rolled back.
        """
        # SQLAlchemy's own has another name each time: nobody would find it prepared. The same
        # name within itself means the inner one.
        await self.conn.exec_driver_sql("SAVEPOINT part")
        try:
            yield
        except StoreError:
            raise
        except Exception:
            await self.conn.exec_driver_sql("ROLLBACK TO part")
            await self.conn.exec_driver_sql("RELEASE part")
            raise
        await self.conn.exec_driver_sql("RELEASE part")

    def wake(self, *names: str) -> None:
        """Signal `names` once this is committed; never if it is rolled back."""
        self._woken.update(dict.fromkeys(names))

    @property
    def woken(self) -> tuple[str, ...]:
        """The names to signal after the commit."""
        return tuple(self._woken)


@dataclass(frozen=True, slots=True)
class StoreTrouble:
    """Since when nothing could be stored, why (a machine's word), and until when."""

    since: datetime
    reason: str
    until: datetime | None = None


class Store:
    """Everything that must survive. Made by `open_store`, ended by `close`."""

    def __init__(self, path: Path, vault: Vault, lock: DatabaseLock) -> None:
        self.signals = Signals()
        self.vault = vault
        self.path = path
        self.spool = Spool(path.with_name(path.name + ".files"))
        self._lock = lock
        self._write_engine = _engine(path, "BEGIN IMMEDIATE", _WRITER, size=1)
        self._read_engine = _engine(path, "BEGIN", _READER, size=READERS)
        # An asyncio.Lock serves in the order of asking.
        self._turn = asyncio.Lock()
        self._seats = asyncio.Semaphore(READERS)
        # Readers that nobody uses; the last one first: what is read again and again is in its
        # cache. Out of the pool and into it they would go through four more layers each time.
        self._idle: list[AsyncConnection] = []
        self._writing: asyncio.Task[Any] | None = None
        self._writer: AsyncConnection | None = None
        self._closed = False
        # The last trouble of this process, kept in memory: it cannot be stored.
        self.trouble: StoreTrouble | None = None

    def __repr__(self) -> str:
        return f"Store({str(self.path)!r})"

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """One write transaction at a time, in the order of asking; commits at the end.

        Rolls back on any exception, a cancellation included. A cancellation during the commit
        itself is raised after it: what was committed is committed, and its signals are sent.
        Raises StoreError when the disk or the file will not have it.
        """
        me = asyncio.current_task()
        if me is not None and self._writing is me:
            raise RuntimeError("a write within a write would wait for itself")
        self._check_open()
        async with self._turn:
            self._check_open()
            self._writing = me
            try:
                conn = await self._begin_write()
                tx = Tx(conn, self.vault)
                try:
                    yield tx
                except BaseException:
                    await self._undo(conn)
                    raise
                await self._commit(conn, tx)
            except StoreError as error:
                self._failed(error)
                raise
            else:
                self._worked()
            finally:
                self._writing = None

    def _failed(self, error: StoreError) -> None:
        reason = _PASSING.get(type(error))
        if reason is None:
            return
        if self.trouble is None or self.trouble.until is not None:
            self.trouble = StoreTrouble(datetime.now(UTC), reason)
        else:
            self.trouble = replace(self.trouble, reason=reason)

    def _worked(self) -> None:
        if self.trouble is not None and self.trouble.until is None:
            self.trouble = replace(self.trouble, until=datetime.now(UTC))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """One snapshot of everything committed; it cannot write (ReadOnly is raised)."""
        self._check_open()
        async with self._seats:
            self._check_open()
            try:
                conn = self._idle.pop() if self._idle else await _connect(self._read_engine)
                try:
                    await conn.begin()
                    yield Tx(conn, self.vault)
                finally:
                    await _whole(self._leave(conn))
            except ReadOnly:
                raise  # a mistake of ours, and nothing of the file's
            except StoreError as error:
                self._failed(error)
                raise

    async def close(self) -> None:
        """Let what runs end, refuse what waits, close the files; again is harmless."""
        if self._closed:
            return
        self._closed = True
        await _whole(self._close())

    async def _close(self) -> None:
        try:
            for _ in range(READERS):
                await self._seats.acquire()
            # Readers first: the last connection to go folds the write-ahead log in.
            while self._idle:
                await self._idle.pop().close()
            await self._read_engine.dispose()
            async with self._turn:
                if self._writer is not None:
                    await self._writer.close()
                    self._writer = None
                await self._write_engine.dispose()
        finally:
            self._lock.release()
            for _ in range(READERS):
                self._seats.release()

    async def _leave(self, conn: AsyncConnection) -> None:
        """End a snapshot and keep its connection, or give it up where it cannot be ended."""
        if conn.invalidated:
            await conn.close()
            return
        try:
            await conn.rollback()
        except BaseException:
            await conn.invalidate()
            await conn.close()
            raise
        self._idle.append(conn)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreClosed("The database is closed.")

    async def _begin_write(self) -> AsyncConnection:
        if self._writer is None:
            self._writer = await _connect(self._write_engine)
        conn = self._writer
        try:
            await conn.begin()
        except BaseException:
            await self._undo(conn)
            raise
        return conn

    async def _commit(self, conn: AsyncConnection, tx: Tx) -> None:
        try:
            # Once asked, a commit is let to its end: half-known would be worse than late.
            _, interrupted = await _unbroken(conn.commit())
        except BaseException:
            # SQLAlchemy takes a failed commit for the end, SQLite does not: still open there.
            await self._undo(conn, give_up=True)
            raise
        for name in tx.woken:
            self.signals.wake(name)
        if interrupted is not None:
            raise interrupted

    async def _undo(self, conn: AsyncConnection, *, give_up: bool = False) -> None:
        """Roll back, and give the connection up where that is not certain to have worked."""

        async def undo() -> None:
            surely = False
            if not give_up and not conn.invalidated:
                with suppress(Exception):  # the first error is the one to be told
                    await conn.rollback()
                    surely = True
            if not surely:
                # Closing it makes SQLite roll back; the next write opens another.
                self._writer = None
                if not conn.invalidated:
                    await conn.invalidate()
                await conn.close()

        # A cancellation that comes meanwhile adds nothing: one exception is on its way.
        await _unbroken(undo())


async def open_store(url: str, secrets_file: Path | None) -> Store:
    """Lock, check, migrate and open the database at `url`; make the key at first.

    `secrets_file` None means ``<database>.key`` beside it. Raises StoreError, with a sentence
    for the person who starts the bot; the database is then as it was.
    """
    path = database_path(url)
    secrets = secrets_file or path.with_name(path.name + ".key")
    # Threads cannot be cancelled: cut in the middle, one would keep the lock.
    store, interrupted = await _unbroken(_open(path, secrets))
    if interrupted is not None:
        await store.close()
        raise interrupted
    return store


async def _open(path: Path, secrets: Path) -> Store:
    lock = await asyncio.to_thread(DatabaseLock.take, path)
    try:
        store = Store(path, await asyncio.to_thread(_prepare, path, secrets), lock)
    except BaseException:
        lock.release()
        raise
    try:
        async with store.read(), store.write():
            pass
    except BaseException:
        await store.close()
        raise
    return store


def database_path(url: str) -> Path:
    """Give the file that `url` names. Raises UnusableAddress, without repeating `url`.

    A relative path is one of the current directory.
    """
    want = "DATABASE_URL should be like sqlite+aiosqlite:///supplier-bot.db"
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UnusableAddress(f"{want}.") from None
    if parsed.drivername not in {"sqlite", "sqlite+aiosqlite"}:
        raise UnusableAddress(f"{want}: only SQLite is supported, not {parsed.drivername!r}.")
    name = parsed.database or ""
    if parsed.host or parsed.query or name.startswith("file:"):
        raise UnusableAddress(f"{want}: a path alone, three slashes, no options.")
    if not name or name == ":memory:":
        raise UnusableAddress(f"{want}: a file, since what is kept must survive.")
    path = Path(name).resolve()
    if path.is_dir():
        raise UnusableAddress(f"DATABASE_URL: {path} is a folder.")
    return path


def _prepare(path: Path, secrets: Path) -> Vault:
    """Everything before the first connection of the loop; blocking, in a thread."""
    found = migrate.look(path)
    if found.mark is None:
        vault = load_or_make(secrets)
    else:
        known = load(secrets)
        if known is None:
            raise SecretsMissing(
                f"SECRETS_FILE: the key {secrets} is gone, and {path} holds what only it opens. "
                "Put the file back, or move the database away to begin anew."
            )
        if known.mark != found.mark:
            raise SecretsMissing(
                f"SECRETS_FILE: {secrets} is not the key that {path} was sealed with."
            )
        vault = known
    if found.version != migrate.HEAD:
        migrate.bring_up(path, found.version)
    if found.mark is None:
        migrate.remember_mark(path, vault.mark)
    return vault


def _engine(path: Path, begin: str, pragmas: tuple[str, ...], *, size: int) -> AsyncEngine:
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

    def do_begin(connection: PoolProxiedConnection) -> None:
        # The driver begins nothing by itself; a listener's statement would take as long as a query.
        cursor = connection.cursor()
        cursor.execute(begin)
        cursor.close()

    sync.dialect.do_begin = do_begin  # type: ignore[assignment, method-assign]

    @event.listens_for(sync, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        ours = from_sqlite(context.original_exception)
        if ours is not None:
            raise ours from context.original_exception

    return engine


async def _connect(engine: AsyncEngine) -> AsyncConnection:
    """Open or take a connection; a cancellation is raised when that is over.

    Cut in the middle, the driver's thread would open a file that nobody closes.
    """

    async def connect() -> AsyncConnection:
        return await engine.connect()

    conn, interrupted = await _unbroken(connect())
    if interrupted is not None:
        await _unbroken(conn.close())
        raise interrupted
    return conn


async def _unbroken(work: Coroutine[Any, Any, T]) -> tuple[T, asyncio.CancelledError | None]:
    """Run `work` to its end through cancellations; give its result and the last of them."""
    task = asyncio.create_task(work)
    interrupted: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as cancelled:
            interrupted = cancelled
    return task.result(), interrupted


async def _whole(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end; a cancellation is raised after it."""
    result, interrupted = await _unbroken(work)
    if interrupted is not None:
        raise interrupted
    return result
