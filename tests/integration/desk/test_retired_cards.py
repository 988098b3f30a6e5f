"""A card that has a newer copy is drawn once more: it must not say what soon is false."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.desk import orders, replies
from bot.store import cards
from tests.support.world import ANN, World, shown

from .deeds import Make, confirmed, delivery, refund, reply


@pytest.mark.parametrize("make", [refund, reply])
async def test_a_retired_card_names_nothing_that_is_only_under_way(
    world: World, make: Make
) -> None:
    asked = await make(world)
    person = await world.person(ANN)
    opening = orders.open_card if make is refund else replies.open_card
    for confirms in (False, True):
        if confirms:
            await confirmed(world, asked)
        async with world.store.write() as tx:
            await opening(
                tx,
                world.shop,
                person,
                asked.subject_id,
                chat_id=ANN,
                reply_to=None,
                now=world.now,
            )
        await world.send()
    older, newer = [
        text for message in await world.chat(ANN) if "Buyer" in (text := shown(message))
    ][-2:]
    assert "Ann is re" in newer or "Sending the reply" in newer
    assert "Ann is re" not in older
    assert "Sending the reply" not in older


@pytest.mark.parametrize(("make", "yes"), [(reply, "Send now"), (delivery, "Send 1")])
async def test_both_copies_of_a_question_say_how_it_ended(
    world: World, make: Make, yes: str
) -> None:
    asked = await make(world)
    async with world.store.write() as tx:  # it went out, and the process died before it was noted
        await tx.execute(sql("delete from cards where subject_kind = 'intent'"))
        await tx.execute(
            sql(
                "update messages set state = 'pending', message_id = null"
                " where message_id = :id and action = 'send'"
            ),
            {"id": asked.message_id},
        )
    await world.send()
    first, second = [m for m in await world.chat(ANN) if yes in shown(m)]
    async with world.store.write() as tx:  # somebody presses in the first: it is taken for ours
        (card,) = await cards.showing(tx, "intent", str(asked.intent_id))
        await cards.shown(tx, replace(card, message_id=first["message_id"], shown=""), world.now)
    await confirmed(world, asked)
    await world.send()
    assert "Sending…" in await _says(world, second)
    await world.settle()
    for copy in (first, second):
        assert "✅" in await _says(world, copy)
        assert "Sending…" not in await _says(world, copy)


async def _says(world: World, message: Any) -> str:
    (now,) = [m for m in await world.chat(ANN) if m["message_id"] == message["message_id"]]
    return shown(now)
