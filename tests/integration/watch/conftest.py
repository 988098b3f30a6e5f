from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.model.person import Role
from bot.store import people
from bot.store.database import Store
from bot.watch.poller import Poller
from bot.watch.teller import Teller
from tests.support.ready import ready_store

from .market import START, Market

OWNER = 1001


class Clock:
    """A clock that moves only when somebody sleeps, or by hand."""

    def __init__(self) -> None:
        self.at = START + timedelta(days=1)
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        sleeper = (self.at + timedelta(seconds=max(seconds, 0.001)), future)
        self._sleepers.append(sleeper)
        try:
            await future
        finally:
            self._sleepers.remove(sleeper)

    @property
    def asleep(self) -> int:
        """How many are asleep, and not about to wake."""
        return sum(not future.done() for _, future in self._sleepers)

    def wake_next(self, end: datetime) -> bool:
        """Wake the one whose time comes first, if it comes before ``end``."""
        due = [each for each in self._sleepers if each[0] <= end and not each[1].done()]
        if not due:
            self.at = max(self.at, end)
            return False
        at, future = min(due, key=lambda each: each[0])
        self.at = max(self.at, at)
        future.set_result(None)
        return True


@dataclass
class Shop:
    store: Store
    market: Market
    clock: Clock
    shop_id: int
    running: list[tuple[Poller, asyncio.Task[None]]] = field(default_factory=list)

    def poller(self, **options: Any) -> Poller:
        given: dict[str, Any] = {"poll_seconds": 5.0, "calls_per_minute": 6000, **options}
        return Poller(
            self.store,
            self.market,
            self.shop_id,
            now=self.clock.now,
            sleep=self.clock.sleep,
            **given,
        )

    async def start(self, **options: Any) -> Poller:
        poller = self.poller(**options)
        self.running.append((poller, asyncio.create_task(poller.run())))
        await self.settle()
        return poller

    async def kill(self) -> None:
        for _, task in self.running:
            task.cancel()
        await asyncio.gather(*(task for _, task in self.running), return_exceptions=True)
        self.running.clear()

    async def settle(self) -> None:
        """Wait until every task of the pollers sleeps."""
        async with asyncio.timeout(10):
            while not self._still():  # noqa: ASYNC110 - there is no event for "all asleep"
                await asyncio.sleep(0.0005)

    async def settle_after_waking(self) -> None:
        """Wait until those who were just woken have begun, and sleep again."""
        for _ in range(5):
            await asyncio.sleep(0)
        await self.settle()

    def _still(self) -> bool:
        awake = 0
        for poller, task in self.running:
            if task.done():
                task.result()
            # A list's rest is looked at only once its first look is stored.
            awake += sum(1 + each._looked.is_set() for each in (poller._orders, poller._tickets))
        return self.clock.asleep == awake

    async def forward(self, seconds: float) -> None:
        """Let time pass, waking sleepers in the order in which they asked to be woken."""
        end = self.clock.at + timedelta(seconds=seconds)
        await self.settle()
        while self.clock.wake_next(end):
            await self.settle()

    async def until(self, true: Callable[[], Awaitable[bool]], *, step: float = 5.0) -> None:
        """Let time pass until something is true."""
        for _ in range(400):
            if await true():
                return
            await self.forward(step)
        raise AssertionError("it did not become true")

    async def rows(self, sql: str) -> list[Any]:
        async with self.store.read() as tx:
            return list((await tx.execute(text(sql))).all())

    async def events(self) -> list[tuple[str, str, int]]:
        rows = await self.rows("select kind, subject_id, revision from events order by id")
        return [tuple(row) for row in rows]

    async def notices(self) -> list[tuple[str, str, str]]:
        rows = await self.rows(
            "select e.kind, e.subject_id, n.loudness from notices n join events e"
            " on e.id = n.event_id order by n.id"
        )
        return [tuple(row) for row in rows]

    async def messages(self) -> list[tuple[str, str, str, bool]]:
        rows = await self.rows("select action, view, subject_id, silent from messages order by id")
        return [(row[0], row[1], row[2], bool(row[3])) for row in rows]

    async def known(self) -> set[str]:
        return {row[0] for row in await self.rows("select order_id from orders")}

    async def tell(self) -> None:
        await Teller(self.store, self.shop_id, now=self.clock.now).tell()


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    store = await ready_store(tmp_path)
    clock = Clock()
    async with store.write() as tx:
        shop_id = await people.the_shop(tx, clock.now())
        await people.join(tx, shop_id, OWNER, Role.OWNER, clock.now())
    made = Shop(store, Market(), clock, shop_id)
    yield made
    await made.kill()
    await store.close()
