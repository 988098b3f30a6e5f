"""The lanes: in order for each, handled once, put aside after three failures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from telegram import Update

from bot.chat import intake as intake_module
from bot.chat import lanes as lanes_module
from bot.chat.lanes import Lanes
from bot.store import inbox
from bot.store.database import Tx
from bot.store.inbox import Received
from tests.support.store import full_disk
from tests.support.waiting import until
from tests.support.world import ANN, BEN, BOT_ID, World, shown

from .updates import message


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes_module, "_RETRY_SECONDS", 0.0)
    monkeypatch.setattr(lanes_module, "_STORE_SECONDS", 0.0)


class Handler:
    """Writes down what it handles; what a test wants to hang or fail does."""

    def __init__(self) -> None:
        self.handled: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.failing: dict[int, int] = {}

    async def __call__(self, tx: Tx, update: Update, received_at: datetime) -> None:
        gate = self.gates.get(update.update_id)
        if gate is not None:
            await gate.wait()
        if self.failing.get(update.update_id, 0):
            self.failing[update.update_id] -= 1
            raise ZeroDivisionError
        self.handled.append(update.update_id)


async def stored(world: World, *raw: dict[str, Any]) -> tuple[Received, ...]:
    updates = [found for each in raw if (found := intake_module.received(each)) is not None]
    async with world.store.write() as tx:
        return await inbox.take_in(tx, BOT_ID, updates, updates[-1].update_id + 1, world.now)


@asynccontextmanager
async def lanes_of(world: World, handler: Handler) -> AsyncIterator[Lanes]:
    lanes = Lanes(
        store=world.store,
        bot=world.bot,
        bot_id=BOT_ID,
        shop_id=world.shop_id,
        now=world.clock.now,
        handle=handler,
    )
    task = asyncio.create_task(lanes.run())
    try:
        yield lanes
    finally:
        lanes.stop()
        async with asyncio.timeout(5):
            await task


async def test_updates_of_one_person_in_one_chat_are_handled_in_order(world: World) -> None:
    handler = Handler()
    async with lanes_of(world, handler) as lanes:
        for first in (1, 11, 21):
            lanes.put(await stored(world, *(message(n) for n in range(first, first + 10))))
        await until(lambda: len(handler.handled) == 30)
    assert handler.handled == sorted(handler.handled)
    assert await world.one("select count(*) from inbox where sealed is not null") == 0


async def test_what_a_dead_process_left_is_handled_first_and_once(world: World) -> None:
    left = await stored(world, message(1), message(2))
    async with world.store.write() as tx:
        await inbox.handled(tx, BOT_ID, 1, world.now)
    handler = Handler()
    lanes = Lanes(
        store=world.store,
        bot=world.bot,
        bot_id=BOT_ID,
        shop_id=world.shop_id,
        now=world.clock.now,
        handle=handler,
    )
    lanes.put((left[1], *await stored(world, message(3))))
    task = asyncio.create_task(lanes.run())
    await until(lambda: len(handler.handled) == 2)
    lanes.stop()
    await task
    assert handler.handled == [2, 3]


async def test_a_handler_that_hangs_holds_up_no_other_s_parsing_or_end(world: World) -> None:
    """Transactions are one at a time; the lanes themselves never wait for each other."""
    handler = Handler()
    handler.failing[1] = 1
    async with lanes_of(world, handler) as lanes:
        lanes.put(await stored(world, message(1, who=ANN), message(2, who=BEN)))
        await until(lambda: len(handler.handled) == 2)
    assert sorted(handler.handled) == [1, 2]


async def test_a_failure_is_tried_three_times_then_put_aside_and_the_person_told(
    world: World,
) -> None:
    handler = Handler()
    handler.failing[1] = 99
    async with lanes_of(world, handler) as lanes:
        lanes.put(await stored(world, message(1), message(2)))
        await until(lambda: handler.handled == [2])
    assert handler.failing[1] == 96
    assert await world.rows("select attempts, error from inbox where update_id = 1") == [
        (3, "ZeroDivisionError")
    ]
    await world.settle()
    assert "could not be handled" in shown(await world.last(ANN))
    again = Handler()
    async with lanes_of(world, again):
        await world.rows("select 1")
    assert again.handled == []


async def test_a_second_try_that_succeeds_changes_everything_once(world: World) -> None:
    handler = Handler()
    handler.failing[1] = 2
    async with lanes_of(world, handler) as lanes:
        lanes.put(await stored(world, message(1)))
        await until(lambda: handler.handled == [1])
    assert await world.one("select aside_at is null and handled_at is not null from inbox") == 1


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 1, "message": {"chat": {"id": ANN}, "from": {"id": ANN}}},
        {"update_id": 1, "message": {"message_id": "x", "date": [], "chat": 5}},
        {"update_id": 1, "callback_query": {"id": 5, "from": {"id": ANN}}},
    ],
)
async def test_an_update_that_cannot_be_parsed_blocks_nothing(
    world: World, raw: dict[str, Any]
) -> None:
    handler = Handler()
    async with lanes_of(world, handler) as lanes:
        lanes.put(await stored(world, raw, message(2)))
        await until(lambda: handler.handled == [2])
        await until(lambda: _aside(world))


async def _aside(world: World) -> bool:
    return bool(await world.rows("select 1 from inbox where aside_at is not null"))


async def test_a_full_disk_loses_no_update_and_ends_no_lane(world: World) -> None:
    handler = Handler()
    handler.failing[1] = 3
    updates = await stored(world, message(1), message(2))
    with full_disk(world.store, writes=3) as disk:
        async with lanes_of(world, handler) as lanes:
            lanes.put(updates)
            await until(lambda: handler.handled == [2] or 2 in handler.handled)
            assert disk.refused == 3


async def test_an_update_that_is_queued_twice_is_handled_once(world: World) -> None:
    handler = Handler()
    updates = await stored(world, message(1), message(2))
    async with lanes_of(world, handler) as lanes:
        await until(lambda: len(handler.handled) == 2)
        lanes.put(updates)
        await until(lambda: not (lanes._new or lanes._queues))
    assert handler.handled == [1, 2]
