"""The open database: one writer, a few readers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import CursorResult, Executable

from .connections import connect, driver_of, readers, writer
from .direct import execute, roll_back
from .errors import DatabaseBroken, DatabaseBusy, DiskFull, ReadOnly, StoreClosed, StoreError
from .lock import DatabaseLock
from .plans import Answer, plan_for
from .signals import Signals
from .spool import Spool
from .unbroken import unbroken, whole
from .vault import Vault

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio.engine import AsyncConnection

# What may pass by itself, or when a person makes room: a machine's word for each.
_PASSING: dict[type[StoreError], str] = {
    DiskFull: "full",
    ReadOnly: "read_only",
    DatabaseBusy: "busy",
    DatabaseBroken: "broken",
}

READERS = 3


class Tx:
    """One open transaction (write) or snapshot (read)."""

    __slots__ = ("_driver", "_woken", "conn", "vault")

    def __init__(self, conn: AsyncConnection, vault: Vault) -> None:
        self.conn = conn
        self._driver = driver_of(conn)
        self.vault = vault
        self._woken: dict[str, None] = {}

    async def execute(
        self, statement: Executable, parameters: Any = None
    ) -> Answer | CursorResult[Any]:
        """Execute a Core statement, as ``AsyncConnection.execute`` does; by its plan if kept."""
        if parameters is None or isinstance(parameters, dict):
            given = parameters or {}
            plan = plan_for(statement, self.conn.dialect, given)
            if plan is not None:
                return await plan.run(self._driver, given)
        return await self.conn.execute(statement, parameters)

    @asynccontextmanager
    async def part(self) -> AsyncIterator[None]:
        """A part of this transaction (a savepoint): undone by itself when it raises.

        After a StoreError or a cancellation nothing is certain: the whole is to be rolled back.
        """
        # One name: with another each time nobody would find it prepared. Within itself it means
        # the inner one.
        await execute(self._driver, "SAVEPOINT part")
        try:
            yield
        except StoreError:
            raise
        except Exception:
            await execute(self._driver, "ROLLBACK TO part")
            await execute(self._driver, "RELEASE part")
            raise
        await execute(self._driver, "RELEASE part")

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
    """Everything that must survive. Made by `open_store` of `opening`, ended by `close`."""

    def __init__(self, path: Path, vault: Vault, lock: DatabaseLock) -> None:
        self.signals = Signals()
        self.vault = vault
        self.path = path
        self.spool = Spool(path.with_name(path.name + ".files"))
        self._lock = lock
        self._write_engine = writer(path)
        self._read_engine = readers(path, READERS)
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
                conn = self._idle.pop() if self._idle else await connect(self._read_engine)
                try:
                    await execute(driver_of(conn), "BEGIN")
                    yield Tx(conn, self.vault)
                finally:
                    await self._leave(conn)
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
        await whole(self._close())

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
            await whole(conn.close())
            return
        try:
            await roll_back(driver_of(conn))
        except asyncio.CancelledError:
            self._idle.append(conn)  # it is rolled back all the same, before it is asked again
            raise
        except BaseException:
            await whole(self._give_up(conn))
            raise
        self._idle.append(conn)

    async def _give_up(self, conn: AsyncConnection) -> None:
        await conn.invalidate()
        await conn.close()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreClosed("The database is closed.")

    async def _begin_write(self) -> AsyncConnection:
        if self._writer is None:
            self._writer = await connect(self._write_engine)
        conn = self._writer
        try:
            await execute(driver_of(conn), "BEGIN IMMEDIATE")
        except BaseException:
            await self._undo(conn)
            raise
        return conn

    async def _commit(self, conn: AsyncConnection, tx: Tx) -> None:
        try:
            # Once asked, a commit is let to its end: half-known would be worse than late.
            _, interrupted = await unbroken(execute(driver_of(conn), "COMMIT"))
        except BaseException:
            # To SQLite a failed commit is not the end: the transaction may be open still.
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
                    await roll_back(driver_of(conn))
                    surely = True
            if not surely:
                # Closing it makes SQLite roll back; the next write opens another.
                self._writer = None
                if not conn.invalidated:
                    await conn.invalidate()
                await conn.close()

        # A cancellation that comes meanwhile adds nothing: one exception is on its way.
        await unbroken(undo())
