"""A database that refuses for a while, as a full disk makes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from bot.store.database import Store, Tx
from bot.store.errors import DiskFull


class Disk:
    """How many transactions still fail: ``writes`` at their end, ``reads`` at their begin."""

    def __init__(self) -> None:
        self.writes = 0
        self.reads = 0
        self.refused = 0


@contextmanager
def full_disk(store: Store, *, writes: int = 0, reads: int = 0) -> Iterator[Disk]:
    """Let the next transactions of ``store`` fail; what they wrote is rolled back."""
    disk = Disk()
    disk.writes, disk.reads = writes, reads
    write, read = store.write, store.read

    @asynccontextmanager
    async def failing_write() -> AsyncIterator[Tx]:
        async with write() as tx:
            yield tx
            if disk.writes:
                disk.writes -= 1
                disk.refused += 1
                raise DiskFull("The disk is full.")

    @asynccontextmanager
    async def failing_read() -> AsyncIterator[Tx]:
        if disk.reads:
            disk.reads -= 1
            disk.refused += 1
            raise DiskFull("The disk is full.")
        async with read() as tx:
            yield tx

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "write", failing_write)
        patched.setattr(store, "read", failing_read)
        yield disk
