from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store.errors import DatabaseInUse
from bot.store.opening import open_store
from bot.store.tables import shops

HOLDER = """
import asyncio, sys
from datetime import UTC, datetime
from sqlalchemy import insert
from bot.store.opening import open_store
from bot.store.tables import shops

async def main():
    store = await open_store(sys.argv[1], None)
    async with store.write() as tx:
        await tx.execute(insert(shops).values(id=1, name="kept", created_at=datetime.now(UTC)))
    async with store.write() as tx:
        await tx.execute(insert(shops).values(id=2, name="not kept", created_at=datetime.now(UTC)))
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
    await store.close()

asyncio.run(main())
"""


@contextmanager
def held(url: str) -> Iterator[subprocess.Popen[str]]:
    """A second, real process that has the database, in the middle of a write."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


async def test_a_second_process_is_told_who_has_it_and_a_dead_one_lets_go(
    url: str, database: Path
) -> None:
    with held(url) as process:
        with pytest.raises(DatabaseInUse, match=f"process {process.pid}"):
            await open_store(url, None)
        # By another name of the same file, too.
        other = database.with_name("other.db")
        other.symlink_to(database)
        with pytest.raises(DatabaseInUse):
            await open_store(f"sqlite:///{other}", None)
    # Killed within a write: that one is gone, what was committed before is there.
    store = await open_store(url, None)
    async with store.read() as tx:
        assert (await tx.execute(select(shops.c.name))).scalars().all() == ["kept"]
    await store.close()


async def test_a_second_store_of_one_process_is_refused_until_the_first_is_closed(
    url: str,
) -> None:
    first = await open_store(url, None)
    with pytest.raises(DatabaseInUse):
        await open_store(url, None)
    await first.close()
    await (await open_store(url, None)).close()


async def test_a_start_that_fails_lets_the_database_go(url: str, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "shop.key"
    for _ in range(2):
        with pytest.raises(Exception, match="nowhere") as told:
            await open_store(url, nowhere)
        assert not isinstance(told.value, DatabaseInUse)
    await (await open_store(url, None)).close()


async def test_a_start_that_is_cancelled_lets_the_database_go(url: str) -> None:
    for turns in range(12):
        task = asyncio.create_task(open_store(url, None))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        (result,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(result, asyncio.CancelledError)
    await (await open_store(url, None)).close()
