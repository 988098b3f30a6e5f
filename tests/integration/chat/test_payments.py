"""/payments: pages, the way to an order and back, and what was paid for one order."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.person import Role
from bot.watch.payments import PaymentWatch
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


async def known(world: World) -> None:
    """Let the bot have read the marketplace's payments."""
    watch = PaymentWatch(
        world.store, world.marketplace, world.shop_id, calls_per_minute=60, now=world.clock.now
    )
    while await watch.look() < 60:
        pass


async def test_payments_are_searched_by_any_word_in_what_is_known(world: World) -> None:
    order = await world.order()
    number = await world.number(order)
    await world.says(ANN, f"/payments {number}")
    assert "were not looked at yet" in (await world.last(ANN))["text"]
    await known(world)
    await world.says(ANN, f"/payments {number.lower()} balance")
    found = await world.last(ANN)
    assert found["text"].startswith(f"Payments with “{number.lower()} balance”: 1")
    await world.presses(ANN, found, labels(found)[0])
    assert number in (await now(world, found))["text"]
    await world.says(ANN, "/payments balance")
    many = await world.last(ANN)
    await world.presses(ANN, many, "›")
    second = await now(world, many)
    assert second["text"].startswith("Payments with “balance”")
    assert any(label.startswith("2/") for label in labels(second))
    await world.says(ANN, "/payments nobody")
    assert "“nobody”: 0" in (await world.last(ANN))["text"]
    await world.says(ANN, "/payments anna:Secret-123")
    assert "looks like goods" in (await world.last(ANN))["text"]


async def test_what_is_known_of_a_payment_needs_no_call(world: World) -> None:
    order = await world.order()
    await known(world)
    rows = await world.rows("select order_id, payment_no from payments")
    payment_no = dict(rows)[order]
    await world.trouble("list_payments", "status", status=500)
    await world.says(ANN, payment_no)
    card = await world.last(ANN)
    assert await world.number(order) in card["text"]
    await world.presses(ANN, card, "More")
    await world.presses(ANN, card, "Payments")
    assert f"…{payment_no[-4:]}" in (await world.last(ANN))["text"]
    await world.says(ANN, "/export payments all csv")
    assert (await world.last(ANN))["file"]["name"].startswith("payments-until-")
