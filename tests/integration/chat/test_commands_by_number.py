"""/order, /ticket, /deliver, /refund and /newticket: a number, or buttons to choose by."""

from __future__ import annotations

import pytest

from tests.support.world import ANN, World, labels, shown


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/order", "📦 0 of 1 delivered"),
        ("/refund", "Refund $8.90"),
        ("/deliver", "Paste the goods for order"),
        ("/newticket", "Write to the buyer of order"),
    ],
)
async def test_a_number_behind_the_command_is_the_order_it_is_for(
    world: World, command: str, said: str
) -> None:
    number = await world.number(await world.order())
    await world.says(ANN, f"{command} {number.lower()}")
    told = shown(await world.last(ANN))
    assert number in told
    assert said in told


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/refund", "📦 0 of 1 delivered"),
        ("/deliver", "Paste the goods for order"),
        ("/newticket", "Write to the buyer of order"),
    ],
)
async def test_a_missing_number_becomes_buttons(world: World, command: str, said: str) -> None:
    number = await world.number(await world.order())
    await world.says(ANN, command)
    asked = await world.last(ANN)
    assert "Which order?" in shown(asked)
    await world.presses(ANN, asked, next(t for t in labels(asked) if "Netflix" in t))
    told = shown(await world.last(ANN))
    assert number in told
    assert said in told


async def test_a_number_that_is_not_known_here_is_looked_for(world: World) -> None:
    order_id = await world.order(known=False)
    number = (await world.true_order(order_id))["order_no"]
    await world.says(ANN, f"/deliver {number}")
    assert number in shown(await world.last(ANN))


async def test_a_ticket_s_number_opens_its_card(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    number = (await world.true_ticket(ticket_id))["ticket_no"]
    await world.says(ANN, f"/ticket {number}")
    assert "It is broken" in shown(await world.last(ANN))


async def test_where_nothing_waits_the_command_says_so(world: World) -> None:
    await world.says(ANN, "/deliver")
    assert "No order waits for this" in shown(await world.last(ANN))
