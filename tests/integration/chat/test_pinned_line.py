"""One pinned line in the private chat, edited silently, proves that the bot lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.model.urgency import IDLE
from bot.store import people, positions
from tests.support.world import ANN, World


async def _looks(world: World) -> None:
    world.feeds = tuple(
        replace(feed, last_good_at=world.now, failing_since=None, reason="") for feed in world.feeds
    )


async def _keep(world: World, seconds: float = 0, *, looks: bool = True) -> None:
    """Let time pass, the marketplace be looked at, and the line be kept."""
    world.clock.advance(seconds)
    if looks:
        await _looks(world)
    before = len(await world.telegram_calls("pinChatMessage"))
    await world.pins.consider()
    await world.pinning.look()
    await world.settle()
    if len(await world.telegram_calls("pinChatMessage")) > before:
        await world.fetch()


async def _greeted(world: World) -> None:
    async with world.store.write() as tx:
        await positions.greet(tx, world.shop_id, ANN)


async def _pinned(world: World) -> Any:
    return (await world.telegram_view(ANN))["pinned_item"]


async def _edits(world: World) -> int:
    return len([c for c in await world.telegram_calls("editMessageText") if c["ok"]])


async def test_one_pinned_line_edited_silently_proves_that_the_bot_lives(world: World) -> None:
    await _greeted(world)
    for _ in range(3):
        await world.order()
    await world.ticket(await world.order(paid=False), "Broken")
    await _keep(world)
    pinned = await _pinned(world)
    assert pinned["text"] == "3 to deliver · 1 ticket · checked 12:04"
    assert pinned["silent"]
    # Telegram's own line about it was taken away again.
    assert [m["message_id"] for m in await world.chat(ANN)] == [pinned["message_id"]]
    (pin,) = await world.telegram_calls("pinChatMessage")
    assert pin["params"]["disable_notification"] in {True, "true"}

    await world.order()
    await _keep(world, 59)
    assert (await _pinned(world))["text"].startswith("3 to deliver")
    await _keep(world, 1)
    assert (await _pinned(world))["text"] == "4 to deliver · 1 ticket · checked 12:05"
    assert [m["message_id"] for m in await world.chat(ANN)] == [pinned["message_id"]]


async def test_the_time_is_never_older_than_five_minutes(world: World) -> None:
    await _greeted(world)
    await _keep(world)
    assert (await _pinned(world))["text"] == "nothing waits · checked 12:04"
    for _ in range(60):
        await _keep(world, 15)
    assert (await _pinned(world))["text"] == "nothing waits · checked 12:19"
    assert await _edits(world) == 3


async def test_a_marketplace_that_does_not_answer_is_said(world: World) -> None:
    await _greeted(world)
    await _keep(world)
    world.feeds = tuple(replace(feed, failing_since=world.now) for feed in world.feeds)
    for _ in range(20):
        await _keep(world, 60, looks=False)
    assert (await _pinned(world))["text"] == "⚠️ nothing waits · not checked since 12:04"
    assert await _edits(world) == 1
    await _keep(world, 60)
    assert (await _pinned(world))["text"] == "nothing waits · checked 12:25"


async def test_the_line_survives_a_restart(world: World) -> None:
    await _greeted(world)
    await _keep(world)
    pinned = await _pinned(world)
    # A new process has not looked yet, and finds the marketplace away.
    world.feeds = tuple(
        replace(feed, last_good_at=None, failing_since=world.now) for feed in world.feeds
    )
    await _keep(world, 60, looks=False)
    now = await _pinned(world)
    assert now["message_id"] == pinned["message_id"]
    assert now["text"] == "⚠️ nothing waits · not checked since 12:04"


async def test_a_line_that_was_deleted_is_made_again(world: World) -> None:
    await _greeted(world)
    await _keep(world)
    first = await _pinned(world)
    await world.act("/delete", **{"as": ANN}, message_id=first["message_id"])
    assert await _pinned(world) is None
    await _keep(world, 300)  # the edit finds nothing to edit
    await _keep(world, 60)
    again = await _pinned(world)
    assert again["message_id"] > first["message_id"]
    assert "checked 12:10" in again["text"]


async def test_a_line_that_was_unpinned_is_pinned_again_within_the_hour(world: World) -> None:
    await _greeted(world)
    await _keep(world)
    line = await _pinned(world)
    await world.bot.unpin_all_chat_messages(ANN)
    await _keep(world, 3599)
    assert await _pinned(world) is None
    await _keep(world, 1)
    assert (await _pinned(world))["message_id"] == line["message_id"]


async def test_what_a_person_pinned_above_it_stays_there(world: World) -> None:
    await _greeted(world)
    await _keep(world)
    theirs = await world.says(ANN, "/menu")
    await world.bot.pin_chat_message(ANN, theirs)
    await world.fetch()
    await _keep(world, 3600)
    assert (await _pinned(world))["message_id"] == theirs


async def test_nothing_is_pinned_before_the_first_message_nor_in_a_group_nor_where_we_are_refused(
    world: World,
) -> None:
    await _keep(world)
    assert await world.rows("select chat_id from pins") == []
    group = (await world.act("/groups", title="Shop", members=["ann", "ben"]))["chat_id"]
    async with world.store.write() as tx:
        await people.pause(tx, group, "", world.now)
        await people.resume(tx, group)
        await tx.execute(_subscribed(world.shop_id, group, world.now))
        await positions.greet(tx, world.shop_id, group)
        await positions.greet(tx, world.shop_id, ANN)
        await people.pause(tx, ANN, "blocked", world.now)
    await _keep(world)
    assert await world.rows("select chat_id from pins") == []


def _subscribed(shop_id: int, chat_id: int, now: datetime) -> Any:
    from bot.store.tables import subscriptions

    return subscriptions.insert().values(shop_id=shop_id, chat_id=chat_id, person_id=ANN, since=now)


async def test_a_line_that_is_changed_takes_no_place_from_a_push(world: World) -> None:
    await _greeted(world)
    await _keep(world)
    assert await world.rows("select distinct urgency from messages where view = 'pinned'") == [
        (IDLE,)
    ]
    # The chat has just been told something: the line waits until it could bear a burst again.
    world.pacer.take(ANN)
    assert world.pacer.wait(ANN) == 0
    assert world.pacer.wait(ANN, idle=True) > 1
    world.clock.advance(1.1)
    assert world.pacer.wait(ANN, idle=True) == 0


async def test_the_line_speaks_another_language_and_clock_as_soon_as_they_are_chosen(
    world: World,
) -> None:
    await _greeted(world)
    await world.order()
    await _keep(world)
    await world.says(ANN, "/settings")
    card = await world.last(ANN)
    await world.presses(ANN, card, "Language")
    await world.presses(ANN, card, "Русский")
    assert "1 к выдаче" in (await _pinned(world))["text"]
    await world.forges(ANN, card["message_id"], "sy:time_zone")
    await world.says(ANN, "UTC+3")
    assert "15:04" in (await _pinned(world))["text"]
