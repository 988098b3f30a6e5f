"""Our own database in trouble: said where it can be said, and nothing else stops for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.chat import lanes as lanes_module
from bot.chat.intake import Intake
from bot.desk.health import Gauges, Remembered
from bot.model.health_facts import FeedHealth
from bot.model.intent import Kind, RefundPlan
from bot.model.outgoing import Outgoing
from bot.model.press import Press, Verb
from bot.store import errands, inbox, intents, settling
from bot.store import patience as patience_module
from bot.store.errors import SealBroken
from bot.views import talk
from tests.support.store import full_disk
from tests.support.waiting import until
from tests.support.world import ANN, BOT_ID, SAM, World, shown

from .test_intake import Script, naps
from .test_lanes import Handler, lanes_of, stored
from .updates import message, press

__all__ = ["naps"]


class Talking(Script):
    """A script that also takes messages."""

    def __init__(self, *batches: Any) -> None:
        super().__init__(*batches)
        self.sent: list[tuple[int, str]] = []
        self.before_the_first: Callable[[], None] = lambda: None

    async def get_updates(self, offset: int | None) -> list[Any]:
        if not self.offsets:
            self.before_the_first()
        return await super().get_updates(offset)

    async def send(self, chat_id: int, said: Outgoing, **_: object) -> int:
        self.sent.append((chat_id, said.text))
        return 1


def gauges_of(world: World) -> Gauges:
    return Gauges(
        version="0.1.0",
        started_at=world.now,
        calls_per_minute=60,
        feeds=lambda: (FeedHealth("orders", last_good_at=world.now),),
        sweep_minutes=lambda: None,
        telegram_failing_since=lambda: None,
        store_trouble=lambda: world.store.trouble,
    )


async def test_health_is_told_from_memory_while_nothing_can_be_stored(world: World) -> None:
    remembered = Remembered(world.store, world.shop_id, gauges_of(world))
    await remembered.look(world.now)

    async def health(person_id: int) -> Outgoing | None:
        await remembered.look(world.now)
        person = remembered.member(person_id)
        if person is None:
            return None
        return talk.health(remembered.facts(world.now), world.drawing.reader(person), world.now)

    button = Press(Verb.HEALTH).pack()
    asked = [message(7, "/health"), message(8, "/health", SAM), message(9), press(10, button)]
    script = Talking(*[asked] * 6)
    intake = Intake(
        gateway=script,  # type: ignore[arg-type]
        store=world.store,
        bot_id=BOT_ID,
        shop_id=world.shop_id,
        now=world.clock.now,
        deliver=world.arrived.extend,
        health=health,
    )
    with full_disk(world.store, writes=5) as disk:
        # From here on: the offset was read while that still could be done.
        script.before_the_first = lambda: setattr(disk, "reads", 99)
        task = asyncio.create_task(intake.run())
        async with asyncio.timeout(5):
            await script.over.wait()
        await until(lambda: len(script.sent) >= 2)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert 0 < disk.reads < 99, "it was told from memory"
    # Once each, to members alone, and only once it lasts; the updates themselves are stored then.
    assert [chat for chat, _ in script.sent] == [ANN, ANN]
    assert all("nothing can be stored" in said for _, said in script.sent)
    assert script.offsets == [*[None] * 6, 11]
    assert [update.update_id for update in world.arrived] == [7, 8, 9, 10]


async def test_health_tells_afterwards_from_when_to_when(world: World) -> None:
    with full_disk(world.store, writes=1), suppress(Exception):
        async with world.store.write():
            pass
    assert world.store.trouble is not None
    assert world.store.trouble.until is None
    world.gauges = gauges_of(world)
    object.__setattr__(world.dispatch._house, "gauges", world.gauges)
    await world.says(ANN, "/health")
    told = shown(await world.last(ANN))
    assert "Database: works; nothing could be stored from" in told
    assert "the disk is full" in told


async def test_a_start_with_a_disk_that_fails_waits_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience_module, "STORE_SECONDS", 0)
    await stored(world, message(1))
    handler = Handler()
    with full_disk(world.store, reads=2) as disk:
        async with lanes_of(world, handler):
            await until(lambda: handler.handled == [1])
        assert disk.refused == 2
    script = Script([])
    intake = Intake(
        gateway=script,  # type: ignore[arg-type]
        store=world.store,
        bot_id=BOT_ID,
        shop_id=world.shop_id,
        now=world.clock.now,
        deliver=world.arrived.extend,
    )
    with full_disk(world.store, reads=2):
        task = asyncio.create_task(intake.run())
        await until(lambda: len(script.offsets) == 2)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_an_update_that_cannot_be_unsealed_is_put_aside_and_the_others_handled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes_module, "_RETRY_SECONDS", 0.0)
    await stored(world, message(1), message(2))
    async with world.store.write() as tx:
        await tx.execute(sql("update inbox set sealed = x'00' where update_id = 1"))
    handler = Handler()
    async with lanes_of(world, handler):
        await until(lambda: handler.handled == [2])
        await until(lambda: _aside(world))
    async with world.store.read() as tx:
        assert await inbox.counts(tx) == (0, 1)


async def _aside(world: World) -> bool:
    return bool(await world.rows("select * from inbox where aside_at is not null"))


async def test_what_a_handler_cannot_unseal_is_put_aside_after_three_tries(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes_module, "_RETRY_SECONDS", 0.0)
    tries = 0

    class Spoiled(Handler):
        async def __call__(self, tx: Any, update: Any, received_at: Any) -> None:
            nonlocal tries
            if update.update_id == 1:
                tries += 1
                raise SealBroken("Something stored does not open with this key.")
            await super().__call__(tx, update, received_at)

    handler = Spoiled()
    async with lanes_of(world, handler) as lanes:
        lanes.put(await stored(world, message(1), message(2)))
        await until(lambda: handler.handled == [2])
    assert tries == 3


async def test_a_question_that_cannot_be_unsealed_holds_up_no_other(world: World) -> None:
    async with world.store.write() as tx:
        for kind in ("find", "balance"):
            await errands.send(
                tx,
                shop_id=world.shop_id,
                kind=kind,
                chat_id=ANN,
                person_id=ANN,
                body={},
                now=world.now,
            )
        await tx.execute(sql("update errands set sealed = x'00' where kind = 'find'"))
    await world.settle()
    assert await world.rows("select * from errands") == []
    assert any("alance" in shown(each) for each in await world.from_bot(ANN))


async def test_an_intent_that_cannot_be_unsealed_holds_up_no_other(world: World) -> None:
    orders = [await world.order(), await world.order()]
    async with world.store.write() as tx:
        for order_id in orders:
            made = await intents.propose(
                tx,
                shop_id=world.shop_id,
                kind=Kind.REFUND,
                subject_kind="order",
                subject_id=order_id,
                plan=RefundPlan(amount=None, delivered=0),
                chat_id=ANN,
                person_id=ANN,
                now=world.now,
            )
            assert await intents.confirm(tx, made, ANN, world.now) == "won"
        await tx.execute(sql("update intents set sealed = x'00' where id = 1"))
        assert [each.id for each in await settling.due(tx, world.now)] == [2]
        assert await settling.put_spoiled_aside(tx, world.now) == 1
    await world.settle()
    states = await world.rows("select state from intents order by id")
    assert states[0] == ("expired",)
    assert states[1] != ("sending",)  # the other was seen to
