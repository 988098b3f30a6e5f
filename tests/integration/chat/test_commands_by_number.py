"""/order, /ticket, /deliver, /refund, /status and /newticket: a number, or buttons to choose by."""

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
        ("/status", "is pending. 1 unit is owed. What is it to be?"),
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
        ("/status", "is pending. 1 unit is owed. What is it to be?"),
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


@pytest.mark.parametrize("command", ["/deliver {}", "/status {}", "/status {} running"])
async def test_a_number_that_is_not_known_here_is_looked_for(world: World, command: str) -> None:
    order_id = await world.order(known=False)
    number = (await world.true_order(order_id))["order_no"]
    await world.says(ANN, command.format(number))
    assert number in shown(await world.last(ANN))


async def test_a_status_that_was_typed_long_before_a_start_is_asked_for(world: World) -> None:
    order_id = await world.order()
    number = await world.number(order_id)
    await world.act("/send", **{"as": ANN}, text=f"/status {number} running")
    world.clock.advance(1801)  # the bot is off
    await world.fetch()
    assert "What is it to be?" in shown(await world.last(ANN))
    assert (await world.true_order(order_id))["status"] == "pending_order"


async def test_a_ticket_s_number_opens_its_card(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    number = (await world.true_ticket(ticket_id))["ticket_no"]
    await world.says(ANN, f"/ticket {number}")
    assert "It is broken" in shown(await world.last(ANN))


@pytest.mark.parametrize("command", ["/deliver", "/status", "/refund", "/newticket"])
async def test_where_nothing_waits_the_command_says_so(world: World, command: str) -> None:
    await world.says(ANN, command)
    assert "No order waits for this" in shown(await world.last(ANN))


async def test_a_status_is_chosen_by_buttons_and_what_comes_of_it_stands_there(
    world: World,
) -> None:
    order_id = await world.order()
    await world.says(ANN, f"/status {await world.number(order_id)}")
    asked = await world.last(ANN)
    await world.presses(ANN, asked, "▶️ Mark running")
    assert (await world.true_order(order_id))["status"] == "running_order"
    (message,) = await world.from_bot(ANN)
    assert "Marked running by Ann" in message["text"]


@pytest.mark.parametrize("word", ["running", "Running"])
async def test_a_status_that_is_named_needs_no_tap(world: World, word: str) -> None:
    order_id = await world.order()
    await world.says(ANN, f"/status {await world.number(order_id)} {word}")
    assert (await world.true_order(order_id))["status"] == "running_order"
    assert "Marked running by Ann" in shown(await world.last(ANN))


@pytest.mark.parametrize("typed", ["completed", "done", "complete"])
async def test_completing_with_units_owed_names_them_and_asks(world: World, typed: str) -> None:
    order_id = await world.order(quantity=3)
    await world.says(ANN, f"/status {await world.number(order_id)} {typed}")
    asked = await world.last(ANN)
    assert "Mark complete, though 3 units are still owed?" in shown(asked)
    assert (await world.true_order(order_id))["status"] == "pending_order"
    await world.presses(ANN, asked, "Yes, mark complete")
    assert (await world.true_order(order_id))["status"] == "completed_order"
    assert "Marked complete by Ann" in shown(await world.last(ANN))


async def test_completing_by_buttons_with_units_owed_asks_in_the_same_message(
    world: World,
) -> None:
    order_id = await world.order(quantity=3)
    await world.says(ANN, f"/status {await world.number(order_id)}")
    await world.presses(ANN, await world.last(ANN), "Mark complete")
    (asked,) = await world.from_bot(ANN)
    assert "Mark complete, though 3 units are still owed?" in shown(asked)
    await world.presses(ANN, asked, "No")
    assert (await world.true_order(order_id))["status"] == "pending_order"


@pytest.mark.parametrize(
    ("wanted", "status", "said"),
    [
        ({"paid": False}, "pending_order", "is not paid"),
        ({}, "refunded_order", "is refunded already"),
        ({}, "completed_order", "takes no other status"),
    ],
)
async def test_an_order_that_takes_no_status_says_why(
    world: World, wanted: dict[str, bool], status: str, said: str
) -> None:
    order_id = await world.order(**wanted)
    await world.control(f"/orders/{order_id}/status", status=status)
    await world.see_order(order_id)
    await world.says(ANN, f"/status {await world.number(order_id)}")
    assert said in shown(await world.last(ANN))
    assert await world.rows("select * from intents") == []


async def test_refund_offers_only_what_can_be_refunded(world: World) -> None:
    await world.order(paid=False)
    paid = await world.order()
    await world.says(ANN, "/refund")
    presses = [b["data"] for row in (await world.last(ANN))["keyboard"] for b in row]
    assert presses == [f"or:{paid}"]
