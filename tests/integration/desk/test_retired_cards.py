"""A card that has a newer copy is drawn once more: it must not say what soon is false."""

from __future__ import annotations

import pytest

from bot.desk import orders, replies
from tests.support.world import ANN, World, shown

from .deeds import Make, confirmed, refund, reply


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
