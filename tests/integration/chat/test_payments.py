"""/payments: pages, the way to an order and back, and what was paid for one order."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.person import Role
from tests.support.world import ANN, BEN, World, labels


async def now(world: World, message: Any) -> Any:
    return next(m for m in await world.chat(ANN) if m["message_id"] == message["message_id"])


async def listed(world: World, **options: Any) -> Any:
    await world.control("/options", **options)
    order = await world.order()
    assert order
    await world.says(ANN, "/payments")
    return await world.last(ANN)


@pytest.mark.parametrize("totals", ["total", "none"])
async def test_payments_turn_in_place_lead_to_their_order_and_back(
    world: World, totals: str
) -> None:
    first = await listed(world, totals=totals)
    assert first["text"].startswith("Payments")
    assert ("1/…" in labels(first)) == (totals == "none")
    await world.presses(ANN, first, "›")
    second = await now(world, first)
    assert any(label.startswith("2/") for label in labels(second))
    await world.presses(ANN, second, "‹")
    again = await now(world, first)
    assert labels(again) == labels(first)
    await world.presses(ANN, again, labels(again)[0])
    card = await now(world, first)
    assert "Order TK" in card["text"]
    await world.presses(ANN, card, "Back")
    assert labels(await now(world, first)) == labels(first)


async def test_a_page_that_cannot_be_read_leaves_the_one_that_is_shown(world: World) -> None:
    first = await listed(world)
    await world.trouble("list_payments", "status", status=500)
    await world.presses(ANN, first, "›")
    assert labels(await now(world, first)) == labels(first)
    assert "could not be read" in (await world.last(ANN))["text"]


async def test_an_order_says_what_was_paid_for_it(world: World) -> None:
    order = await world.order()
    number = await world.number(order)
    await world.says(ANN, number)
    card = await world.last(ANN)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await now(world, card), "Payments")
    told = await world.last(ANN)
    assert f"Payments of order {number}" in told["text"]
    assert "$8.90 · paid" in told["text"]


async def test_payments_are_the_owners_alone(world: World) -> None:
    await world.becomes(BEN, Role.OPERATOR)
    await world.says(BEN, "/payments")
    assert "Your role in this shop does not allow this" in (await world.last(BEN))["text"]
    await world.says(BEN, await world.number(await world.order()))
    card = await world.last(BEN)
    await world.presses(BEN, card, "More")
    shown = next(m for m in await world.chat(BEN) if m["message_id"] == card["message_id"])
    assert "Payments" not in labels(shown)
    await world.forges(BEN, card["message_id"], "ly:all:1")
    assert "Your role in this shop does not allow this" in (await world.last(BEN))["text"]
