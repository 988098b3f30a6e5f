"""What a lock takes out of the chats, in which order, and that it does so once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk import locking
from bot.desk.locking import LockKeeper
from bot.model.urgency import EDITS, INTERACTIVE
from bot.store import cards, outbox, positions, safety, sending
from bot.store import locking as emptying
from tests.support.world import ANN, BEN, MINUTE, World, shown


async def told(world: World, chat_id: int, *, waits: bool = False) -> int:
    """Tell somebody something; return its message, or with ``waits`` its row, which is leased."""
    async with world.store.write() as tx:
        row = await outbox.tell(
            tx,
            shop_id=world.shop_id,
            chat_id=chat_id,
            person_id=chat_id,
            view="note",
            body={"name": "unlocked", "values": {}},
            now=world.now,
        )
        if waits:
            leased = await sending.lease(tx, chat_id, world.now)
            assert leased is not None
            assert leased.id == row
            return row
    await world.settle()
    return int((await world.last(chat_id))["message_id"])


async def considers(world: World) -> bool:
    changed = await LockKeeper(world.shop).consider()
    await world.settle()
    return changed


async def deleted(world: World) -> list[int]:
    calls = await world.telegram_calls("deleteMessage")
    return sorted(int(call["params"]["message_id"]) for call in calls)


async def test_each_message_is_taken_away_once_as_far_as_telegram_lets_us(world: World) -> None:
    old = await told(world, ANN)
    world.clock.advance(48 * 3600)
    # The pinned line, goods that would be there for a minute, an answer that is tried again.
    async with world.store.write() as tx:
        await positions.greet(tx, world.shop_id, ANN)
    world.feeds = tuple(replace(feed, last_good_at=world.now) for feed in world.feeds)
    await world.pins.consider()
    await world.settle()
    await world.pinning.look()
    goods = await told(world, ANN)
    async with world.store.write() as tx:
        of = {"shop_id": world.shop_id, "chat_id": ANN, "person_id": ANN, "message_id": goods}
        await outbox.vanish(tx, **of, at=world.now + MINUTE, now=world.now)
    await world.telegram_trouble("sendMessage", "status", status=500, times=1)
    await world.says(ANN, "/help")
    on_its_way = await told(world, BEN, waits=True)
    world.clock.advance(1)
    async with world.store.write() as tx:
        assert await locking.lock(tx, world.shop, None, world.now)
    await world.settle()
    there = {int(each["message_id"]): shown(each) for each in await world.from_bot(ANN)}
    assert goods not in there
    assert old in there
    assert old not in await deleted(world)
    pinned = (await world.telegram_view(ANN))["pinned_item"]
    assert "Locked since" in shown(pinned)
    # What was sent in that moment goes, too; then there is nothing more to do.
    assert not await considers(world)
    async with world.store.write() as tx:
        await sending.sent(tx, on_its_way, 9999, world.now)
    assert await considers(world)
    assert 9999 in await deleted(world)
    assert not await considers(world)
    assert len(await deleted(world)) == len(set(await deleted(world)))
    async with world.store.write() as tx:
        await safety.unlock(tx, world.shop_id)
    assert await considers(world)
    assert not await considers(world)
    await world.later(3600)
    assert "/deliver" not in "\n".join(shown(each) for each in await world.from_bot(ANN))


async def test_what_is_in_sight_is_edited_first_whatever_waited_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emptying, "_IN_SIGHT", 1)
    orders = [await world.order() for _ in range(3)]
    for order in orders:
        await world.says(ANN, await world.number(order))
    async with world.store.write() as tx:
        await cards.touch(tx, world.shop_id, "order", orders[2], world.now, EDITS)
        await tx.conn.exec_driver_sql(
            "update cards set shown = ? where subject_id = ?", (cards.GONE, orders[0])
        )
        await locking.lock(tx, world.shop, None, world.now)
    edits = await world.rows(
        "select subject_id, urgency from messages where action = 'edit' and state = 'pending'"
    )
    assert sorted(edits) == sorted([(orders[1], EDITS), (orders[2], INTERACTIVE)])


async def test_a_lock_that_ends_while_it_is_noticed_empties_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def opened_meanwhile(*_: object) -> bool:
        async with world.store.write() as tx:
            await safety.unlock(tx, world.shop_id)
        return False

    async with world.store.write() as tx:
        await safety.lock(tx, world.shop_id, None, world.now)
    monkeypatch.setattr(emptying, "left", opened_meanwhile)
    await considers(world)
    assert await world.one("select locked_at, emptied from shop_safety") == (None, 0)
