from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.store import database
from bot.store.database import READERS, Store, Tx
from bot.store.direct import execute
from bot.store.driver import OneTripConnection
from bot.store.errors import DatabaseBusy, DiskFull, ReadOnly, StoreClosed
from bot.store.opening import open_store
from bot.store.tables import members, shops

from .conftest import NOW


async def add_shop(tx: Tx, name: str) -> None:
    await tx.execute(insert(shops).values(name=name, created_at=NOW))


async def names(store: Store) -> list[str]:
    async with store.read() as tx:
        return list((await tx.execute(select(shops.c.name).order_by(shops.c.id))).scalars())


async def write_one(
    store: Store,
    name: str,
    *more: str,
    wake: str = "",
    then: Exception | None = None,
    **values: object,
) -> None:
    """Write a shop of that name (`more`, with `values`, after it); raise `then` at the end."""
    async with store.write() as tx:
        await add_shop(tx, name)
        for other in more:
            await tx.execute(insert(shops).values(name=other, created_at=NOW, **values))
        if wake:
            tx.wake(wake)
        if then is not None:
            raise then


class Gate:
    """A SQL function, ``gate()``, that holds its statement in the driver's thread."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()

    async def install(self, tx: Tx) -> None:
        raw = await tx.conn.get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.create_function("gate", 0, self._hold)

    async def wait_reached(self) -> None:
        assert await asyncio.to_thread(self.reached.wait, 5)

    def _hold(self) -> int:
        self.reached.set()
        assert self.open.wait(5)
        return 1


async def insert_slowly(store: Store, gate: Gate) -> None:
    async with store.write() as tx:
        await gate.install(tx)
        await add_shop(tx, "before")
        await tx.execute(
            text("INSERT INTO shops (name, created_at) SELECT 'slow', gate()"),
        )


async def write_a_part(tx: Tx, name: str, then: BaseException | None = None) -> None:
    async with tx.part():
        await add_shop(tx, name)
        if then is not None:
            raise then


async def write_before_a_part(store: Store, name: str, then: BaseException) -> None:
    async with store.write() as tx:
        await add_shop(tx, "before")
        await write_a_part(tx, name, then)


async def test_a_part_that_raises_is_undone_and_the_rest_is_kept(store: Store) -> None:
    async with store.write() as tx:
        await add_shop(tx, "before")
        with pytest.raises(OverflowError):
            await write_a_part(tx, "odd", OverflowError())
        await write_a_part(tx, "after")
    assert await names(store) == ["Shop", "before", "after"]


@pytest.mark.parametrize("error", [DiskFull("full"), asyncio.CancelledError()], ids=repr)
async def test_a_part_that_the_disk_or_an_end_broke_undoes_the_whole(
    store: Store, error: BaseException
) -> None:
    with pytest.raises(type(error)):
        await write_before_a_part(store, "part", error)
    assert await names(store) == ["Shop"]
    await write_one(store, "next")
    assert await names(store) == ["Shop", "next"]


async def test_what_was_written_is_committed_and_seen(store: Store) -> None:
    async with store.write() as tx:
        await add_shop(tx, "Second")
    assert await names(store) == ["Shop", "Second"]


async def test_an_error_takes_everything_of_its_transaction_back(store: Store) -> None:
    with pytest.raises(LookupError):
        await write_one(store, "Second", then=LookupError())
    assert await names(store) == ["Shop"]


async def test_after_a_refused_row_the_next_write_works(store: Store) -> None:
    with pytest.raises(IntegrityError) as told:
        await write_one(store, "Second", "hush-hush", id=1)
    assert "hush-hush" not in str(told.value)
    async with store.write() as tx:
        await add_shop(tx, "Third")
    assert await names(store) == ["Shop", "Third"]


async def test_foreign_keys_are_enforced(store: Store) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        async with store.write() as tx:
            await tx.execute(
                insert(members).values(shop_id=1, person_id=99, role="owner", since=NOW)
            )


async def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(ReadOnly):
        async with store.read() as tx:
            await add_shop(tx, "Second")
    assert await names(store) == ["Shop"]


async def test_a_reader_sees_one_moment_while_others_write(store: Store) -> None:
    count = select(func.count()).select_from(shops)
    async with store.read() as reader:
        before = (await reader.execute(count)).scalar_one()
        async with store.write() as writer:
            await add_shop(writer, "Second")
        assert (await reader.execute(count)).scalar_one() == before
    async with store.read() as reader:
        assert (await reader.execute(count)).scalar_one() == before + 1


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 5000),
        ("query_only", 0),
    ],
)
async def test_the_writer_is_set_as_it_should_be(store: Store, pragma: str, value: object) -> None:
    async with store.write() as tx:
        assert (await tx.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value


@pytest.mark.parametrize(("pragma", "value"), [("query_only", 1), ("busy_timeout", 5000)])
async def test_readers_are_set_as_they_should_be(store: Store, pragma: str, value: object) -> None:
    async with store.read() as tx:
        assert (await tx.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value


async def test_writers_take_turns_in_the_order_of_asking(store: Store) -> None:
    async def write(number: int) -> None:
        async with store.write() as tx:
            last = (await tx.execute(select(func.max(shops.c.id)))).scalar_one()
            await asyncio.sleep(0)
            await tx.execute(insert(shops).values(id=last + 1, name=str(number), created_at=NOW))

    await asyncio.gather(*(write(number) for number in range(60)))
    assert await names(store) == ["Shop", *(str(number) for number in range(60))]


async def test_more_readers_than_connections_wait_for_each_other(store: Store) -> None:
    inside = 0
    full = asyncio.Event()
    leave = asyncio.Event()

    async def read() -> int:
        nonlocal inside
        async with store.read() as tx:
            inside += 1
            most = inside
            if inside == READERS:
                full.set()
            await leave.wait()
            await tx.execute(select(shops.c.id))
            inside -= 1
        return most

    tasks = [asyncio.create_task(read()) for _ in range(3 * READERS)]
    await asyncio.wait_for(full.wait(), 5)
    leave.set()
    assert max(await asyncio.gather(*tasks)) == READERS


async def test_a_write_has_the_file_from_its_begin(store: Store, database: Path) -> None:
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as other:
        async with store.write():
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")


async def test_a_write_within_a_write_is_refused_instead_of_waiting_for_itself(
    store: Store,
) -> None:
    async with store.write() as tx:
        with pytest.raises(RuntimeError, match="within a write"):
            async with store.write():
                pass
        await add_shop(tx, "Second")
    assert await names(store) == ["Shop", "Second"]


@pytest.mark.parametrize("cancels", [1, 2, 3])
async def test_a_write_cancelled_within_a_statement_leaves_nothing(
    store: Store, cancels: int
) -> None:
    gate = Gate()
    task = asyncio.create_task(insert_slowly(store, gate))
    await gate.wait_reached()
    waiting = asyncio.create_task(write_one(store, "next"))
    for _ in range(cancels):
        task.cancel()
        await asyncio.sleep(0)
    gate.open.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await waiting
    assert await names(store) == ["Shop", "next"]


async def test_a_write_cancelled_between_statements_leaves_nothing(store: Store) -> None:
    inside = asyncio.Event()

    async def write() -> None:
        async with store.write() as tx:
            await add_shop(tx, "Second")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await write_one(store, "Third")
    assert await names(store) == ["Shop", "Third"]


async def test_a_write_cancelled_while_it_waits_for_its_turn_lets_the_others_pass(
    store: Store,
) -> None:
    async with store.write():
        tasks = [asyncio.create_task(write_one(store, str(number))) for number in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await names(store) == ["Shop", "0", "2"]


async def test_a_read_cancelled_within_a_statement_gives_its_place_back(store: Store) -> None:
    async def read(gate: Gate) -> None:
        async with store.read() as tx:
            await gate.install(tx)
            await tx.execute(text("SELECT gate()"))

    for _ in range(READERS + 1):
        gate = Gate()
        task = asyncio.create_task(read(gate))
        await gate.wait_reached()
        task.cancel()
        gate.open.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await names(store) == ["Shop"]


async def test_one_who_is_cancelled_at_any_step_leaves_the_others_a_database(store: Store) -> None:
    async def read() -> None:
        await names(store)

    async def write() -> None:
        await write_one(store, "perhaps")

    for steps in range(16):
        for work in (read, write):
            task = asyncio.create_task(work())
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait((task,))
            # All readers at once: none of them is in the midst of something.
            shown = await asyncio.gather(*(names(store) for _ in range(READERS + 1)))
            assert all(each[0] == "Shop" for each in shown)
            await write_one(store, "surely")
    assert (await names(store)).count("surely") == 32


async def test_signals_are_sent_after_the_commit_and_never_after_a_rollback(store: Store) -> None:
    async with store.write() as tx:
        tx.wake("outbox", "inbox")
        assert await store.signals.wait("outbox", 0) is False
    assert await store.signals.wait("outbox", 0) is True
    assert await store.signals.wait("inbox", 0) is True
    with pytest.raises(LookupError):
        await write_one(store, "Second", wake="outbox", then=LookupError())
    assert await store.signals.wait("outbox", 0) is False


async def test_whoever_is_woken_finds_the_row(store: Store) -> None:
    async def listen() -> list[str]:
        assert await store.signals.wait("shops", 5)
        return await names(store)

    listener = asyncio.create_task(listen())
    async with store.write() as tx:
        await add_shop(tx, "Second")
        tx.wake("shops")
    assert await listener == ["Shop", "Second"]


async def test_a_cancellation_during_the_commit_is_raised_after_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def write() -> None:
        async with store.write() as tx:
            await add_shop(tx, "Second")
            tx.wake("shops")

    task = asyncio.create_task(write())

    async def cut(driver: OneTripConnection, sql: str) -> Any:
        if sql == "COMMIT":
            task.cancel()
        return await execute(driver, sql)

    with monkeypatch.context() as patched:
        patched.setattr(database, "execute", cut)
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await names(store) == ["Shop", "Second"]
    assert await store.signals.wait("shops", 0) is True


async def test_a_commit_that_fails_is_told_and_leaves_nothing(store: Store) -> None:
    async def write() -> None:
        async with store.write() as tx:
            await tx.execute(text("PRAGMA defer_foreign_keys=ON"))
            await tx.execute(
                insert(members).values(shop_id=1, person_id=99, role="owner", since=NOW)
            )
            tx.wake("members")

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        await write()
    assert await store.signals.wait("members", 0) is False
    await write_one(store, "Second")
    assert await names(store) == ["Shop", "Second"]


async def test_a_full_disk_is_named_and_writing_goes_on_once_there_is_room(store: Store) -> None:
    async with store.write() as tx:
        pages = (await tx.execute(text("PRAGMA page_count"))).scalar_one()
        await tx.execute(text(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(DiskFull, match="disk is full"):
        async with store.write() as tx:
            await add_shop(tx, "x" * 1_000_000)
    async with store.write() as tx:
        await tx.execute(text("PRAGMA max_page_count=1000000"))
        await add_shop(tx, "Second")
    assert await names(store) == ["Shop", "Second"]


async def test_another_program_that_keeps_it_locked_is_named(store: Store, url: str) -> None:
    @asynccontextmanager
    async def locked() -> AsyncIterator[None]:
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(url)
        try:
            async with engine.connect() as other:
                await other.execute(text("BEGIN IMMEDIATE"))
                yield
        finally:
            await engine.dispose()

    async with store.write() as tx:
        await tx.execute(text("PRAGMA busy_timeout=0"))
    async with locked():
        with pytest.raises(DatabaseBusy):
            await write_one(store, "Second")
    await write_one(store, "Third")
    assert await names(store) == ["Shop", "Third"]


async def test_closing_waits_for_what_runs_and_refuses_what_comes_after(url: str) -> None:
    store = await open_store(url, None)
    inside = asyncio.Event()
    go_on = asyncio.Event()

    async def write() -> None:
        async with store.write() as tx:
            inside.set()
            await go_on.wait()
            await add_shop(tx, "Last")

    running = asyncio.create_task(write())
    await inside.wait()
    late = asyncio.create_task(write_one(store, "Late"))
    await asyncio.sleep(0)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(running, closing)
    with pytest.raises(StoreClosed):
        await late
    with pytest.raises(StoreClosed):
        async with store.read():
            pass
    await store.close()
    again = await open_store(url, None)
    assert await names(again) == ["Last"]
    await again.close()


async def test_closing_folds_the_log_into_the_file(url: str, database: Path) -> None:
    store = await open_store(url, None)
    await write_one(store, "Shop")
    await store.close()
    left = sorted(path.name for path in database.parent.iterdir())
    assert left == ["shop.db", "shop.db.key", "shop.db.lock"]
