"""What Telegram accepted is written down together: a commit costs more than what it holds."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from bot.store.database import Store, Tx

# In one transaction: what else is to be written, a press above all, waits for no more than that.
TOGETHER: Final = 10

Write = Callable[[Tx], Awaitable[None]]


class _Record:
    """One thing to be written, and how that ended."""

    __slots__ = ("done", "error", "write")

    def __init__(self, write: Write) -> None:
        self.write = write
        self.done = False
        self.error: Exception | None = None


class Records:
    """Writes what waits for the same commit in one transaction.

    Whoever comes while a transaction runs waits for the next, with everyone else who came.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = asyncio.Lock()
        self._waiting: deque[_Record] = deque()

    async def add(self, write: Write) -> None:
        """Write, and return once it is committed.

        Raises what ``write`` or the store raises. A cancelled one may still be written: it is
        true all the same, so ``write`` should bear to be done twice.
        """
        mine = _Record(write)
        self._waiting.append(mine)
        async with self._turn:
            while not mine.done:
                some = [self._waiting[at] for at in range(min(len(self._waiting), TOGETHER))]
                await self._commit(some)
                for _ in some:
                    self._waiting.popleft()
        if mine.error is not None:
            raise mine.error

    async def _commit(self, some: list[_Record]) -> None:
        try:
            async with self._store.write() as tx:
                for record in some:
                    await record.write(tx)
        except Exception as error:  # noqa: BLE001 - raised by whom it concerns
            if len(some) > 1:
                # One that cannot be written takes no other with it.
                for record in some:
                    await self._commit([record])
                return
            some[0].error = error
        for record in some:
            record.done = True
