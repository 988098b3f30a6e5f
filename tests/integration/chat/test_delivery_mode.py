"""The sentence above the buttons says what will happen without you; who delivers is asked once."""

from __future__ import annotations

import pytest

from bot.model.person import Role
from tests.support.world import ANN, BEN, World, labels

from .sending import show

ASKED = "Is this product delivered by hand, or from the pool?"


@pytest.mark.parametrize(
    ("button", "says"),
    [
        ("By hand", "You deliver this one by hand."),
        (
            "From the pool",
            "Usually delivered from the pool: you will hear if nothing has arrived by 12:06.",
        ),
    ],
)
async def test_it_is_asked_once_per_product_when_nothing_is_known(
    world: World, button: str, says: str
) -> None:
    product = (await world.look("/state"))["products"][0]["product_id"]
    first = await world.order(product_id=product)
    second = await world.order(product_id=product)
    card = await show(world, "order", first)
    assert ASKED in card["text"]
    # Of several that wait only the first asks.
    other = await show(world, "order", second)
    assert ASKED not in other["text"]

    await world.presses(ANN, card, button)
    for message_id in (card["message_id"], other["message_id"]):
        shown = next(m for m in await world.from_bot(ANN) if m["message_id"] == message_id)
        assert says in shown["text"]
        assert ASKED not in shown["text"]
        assert "By hand" not in labels(shown)
    third = await world.order(product_id=product)
    assert ASKED not in (await show(world, "order", third))["text"]
    assert (await world.rows("select deed, detail from audit"))[-1][0] == "mode_said"


async def test_a_viewer_is_not_asked_and_cannot_answer(world: World) -> None:
    order = await world.order()
    card = await show(world, "order", order, who=BEN)
    await world.becomes(BEN, Role.VIEWER)
    data = card["keyboard"][-2][0]["data"]
    await world.forges(BEN, card["message_id"], data)
    assert "does not allow" in (await world.last(BEN))["text"]
    assert await world.rows("select delivery_mode from products where delivery_mode != ''") == []
