"""The executor as it runs: on its own, through trouble with the database, to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.desk import executor as module
from bot.model.intent import State
from bot.store import units
from tests.support.store import full_disk
from tests.support.waiting import until
from tests.support.world import World

from .deeds import Asked, confirmed, delivery, intent, refund


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STORE_SECONDS", 0.001)


@asynccontextmanager
async def running(world: World) -> AsyncIterator[None]:
    task = asyncio.create_task(world.executor.run())
    try:
        yield
    finally:
        world.executor.stop()
        async with asyncio.timeout(5):
            await task


async def becomes(world: World, asked: Asked, state: State) -> None:
    async def has_become() -> bool:
        return (await intent(world, asked)).state is state

    await until(has_become)


async def test_it_takes_what_is_confirmed_while_it_runs_and_ends_when_asked(world: World) -> None:
    first = await delivery(world)
    async with running(world):
        await confirmed(world, first)
        await becomes(world, first, State.DONE)
        second = await refund(world)
        await confirmed(world, second)
        await becomes(world, second, State.DONE)
    assert world.executor.busy == 0


async def test_a_slow_deed_delays_no_other_and_is_finished_before_the_end(world: World) -> None:
    slow, quick = await delivery(world), await refund(world)
    await world.trouble("update_delivered_info", "hang_after", seconds=60)
    async with running(world):
        await confirmed(world, slow)
        await until(lambda: world.changes("deliver"))
        await confirmed(world, quick)
        await becomes(world, quick, State.DONE)
        assert (await intent(world, slow)).state is State.SENDING
        world.executor.stop()
        await world.control("/faults/release")
    assert (await intent(world, slow)).state is State.DONE
    assert len(await world.changes("deliver")) == 1


async def test_what_could_not_be_written_before_sending_is_sent_once_when_there_is_room(
    world: World,
) -> None:
    asked = await delivery(world)
    await confirmed(world, asked)
    with full_disk(world.store, writes=4, reads=2) as disk:
        async with running(world):
            await until(lambda: disk.refused == 6)
            await becomes(world, asked, State.DONE)
    assert len(await world.changes("deliver")) == 1


async def test_a_deed_whose_end_could_not_be_written_is_found_by_reading_not_sent_again(
    world: World,
) -> None:
    asked = await delivery(world)
    await confirmed(world, asked)
    with full_disk(world.store) as disk:
        true = world.marketplace.update_delivered_info

        async def sends(*args: object, **named: object) -> object:
            answer = await true(*args, **named)  # type: ignore[arg-type]
            disk.writes = 3
            return answer

        world.marketplace.update_delivered_info = sends  # type: ignore[assignment,method-assign]
        async with running(world):
            await becomes(world, asked, State.UNKNOWN)
    await world.later(1)
    assert (await intent(world, asked)).state is State.DONE
    assert len(await world.changes("deliver")) == 1


async def test_units_are_held_while_it_is_under_way_and_doubted_when_nothing_was_seen(
    world: World,
) -> None:
    asked = await delivery(world)
    await confirmed(world, asked)
    assert await world.one("select state from unit_hashes") == units.RESERVED
    await world.trouble("update_delivered_info", "status", status=500)
    await world.settle()
    assert await world.one("select state from unit_hashes") == units.UNKNOWN
    for _ in range(12):
        await world.later(15)
    assert (await intent(world, asked)).state is State.REFUSED
    assert await world.one("select state from unit_hashes") == units.DOUBTFUL
    again = await delivery(world)
    await confirmed(world, again)
    await world.settle()
    assert await world.rows("select state from unit_hashes order by state") == [
        (units.CONFIRMED,),
        (units.DOUBTFUL,),
    ]
