"""A saved text in a delivery: inside the last unit, in two taps, never a unit of its own."""

from __future__ import annotations

import json

from tests.support.world import ANN, World, labels

THANKS = "Thank you for order {order_no}!\nChange the password."


async def rows(world: World, order_id: str) -> list[str]:
    info = (await world.true_order(order_id))["delivered_info"]
    return list(json.loads(info)) if isinstance(info, str) else list(info)


async def preview(world: World, order_id: str, goods: str) -> None:
    await world.says(ANN, f"/deliver {await world.number(order_id)}")
    await world.says(ANN, goods)


async def with_text(world: World, text: str = THANKS) -> str:
    """Keep a text, and have it in the preview of two units for an order of two; return that."""
    await world.says(ANN, "/templates")
    await world.presses(ANN, await world.last(ANN), "New text")
    await world.says(ANN, text)
    order_id = await world.order(quantity=2)
    await preview(world, order_id, "anna:Secret-1\nbert:Secret-2")
    card = await world.last(ANN)
    await world.presses(ANN, card, "Saved text")
    await world.presses(ANN, await world.last(ANN), labels(await world.last(ANN))[0])
    return order_id


async def test_a_text_goes_inside_the_last_unit_and_its_unit_is_recognised_without_it(
    world: World,
) -> None:
    order_id = await with_text(world)
    number = await world.number(order_id)
    card = await world.last(ANN)
    assert "2 units · 2 owed" in card["text"]
    assert f"Below the last unit, inside it:\nThank you for order {number}!" in card["text"]
    # What was offered before the text was chosen sends nothing.
    intent = await world.one("select max(id) from intents")
    await world.forges(ANN, card["message_id"], f"ok:{intent}:2")
    await world.later(1)
    assert await world.changes("deliver") == []
    await world.presses(ANN, card, "Send 2")
    await world.later(1)
    assert await rows(world, order_id) == [
        "anna:Secret-1",
        f"bert:Secret-2\nThank you for order {number}!\nChange the password.",
    ]
    assert (await world.true_order(order_id))["delivered_units"] == 2
    other = await world.order(quantity=1)
    await preview(world, other, "bert:Secret-2")
    assert f"was delivered to order {number} before" in (await world.last(ANN))["text"]


async def test_a_text_can_be_taken_out_again_and_stays_when_the_paste_is_split_differently(
    world: World,
) -> None:
    await with_text(world, "Hello {who}")
    card = await world.last(ANN)
    assert "What stands in braces could not be filled in." in card["text"]
    await world.presses(ANN, card, "Split differently")
    card = next(m for m in await world.chat(ANN) if m["message_id"] == card["message_id"])
    assert "Below the unit, inside it:" in card["text"]
    await world.presses(ANN, card, "Saved text")
    assert labels(await world.last(ANN)) == ["Hello {who}", "Without a text"]
    await world.presses(ANN, await world.last(ANN), "Without a text")
    card = next(m for m in await world.chat(ANN) if m["message_id"] == card["message_id"])
    assert "inside it" not in card["text"]


async def test_a_delivery_with_a_text_whose_answer_was_lost_is_found_by_a_look(
    world: World,
) -> None:
    order_id = await with_text(world)
    await world.trouble("update_delivered_info", "error_after", times=1)
    await world.presses(ANN, await world.last(ANN), "Send 2")
    for _ in range(3):
        await world.later(10)
    assert await world.one("select state from intents order by id desc limit 1") == "done"
    assert (await world.true_order(order_id))["delivered_units"] == 2
