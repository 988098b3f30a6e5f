"""The dispute file: what happened, by whom, and when; with no goods in it."""

from __future__ import annotations

from tests.support.world import ANN, World, labels

from .test_export import content


async def test_an_orders_story_is_a_tap_away_to_copy_or_as_a_file(world: World) -> None:
    order_id = await world.order(quantity=1)
    number = await world.number(order_id)
    await world.says(ANN, number)
    card = await world.last(ANN)
    await world.says(ANN, "anna:Secret-123", reply_to=card["message_id"])
    await world.presses(ANN, await world.last(ANN), "Send 1")
    world.clock.advance(3600)
    ticket_id = await world.ticket(order_id, "<p>Hello,</p><p>anna:Secret-123 is <b>wrong</b></p>")
    ticket = await world.true_ticket(ticket_id)
    # What we marked is called as the cards call it, and as the marketplace does.
    await world.says(ANN, ticket["ticket_no"])
    card = await world.last(ANN)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, card, "In progress")
    await world.says(ANN, number)
    card = await world.last(ANN)
    await world.presses(ANN, card, "Dispute file")
    told = await world.last(ANN)
    text = told["text"]
    for line in (
        f"What happened on order {number}, to copy",
        "1 unit, 1 delivered · ",
        "2026-11-23 12:04 UTC  Placed by the buyer",
        "2026-11-23 12:04 UTC  Delivered by Ann: 1 unit so far",
        f"2026-11-23 13:04 UTC  Ticket {ticket['ticket_no']} opened",
        f"2026-11-23 13:04 UTC  The buyer wrote in {ticket['ticket_no']}:",
        f"Ticket {ticket['ticket_no']} marked in progress (in_progress) by Ann",
        "  | Hello,",
        "  | an•••23 is wrong",
    ):
        assert line in text
    assert "Secret" not in text
    assert labels(told) == ["As a .txt file"]
    await world.presses(ANN, told, "As a .txt file")
    sent = await world.last(ANN)
    assert sent["file"]["name"] == f"{number}.txt"
    written = (await content(world, sent)).decode()
    assert "an•••23 is wrong" in written
    assert "Secret" not in written


async def test_a_tickets_story_is_that_of_its_order_and_a_long_one_is_a_file(world: World) -> None:
    order_id = await world.order()
    ticket_id = await world.ticket(order_id, "It does not work. " * 250)
    ticket = await world.true_ticket(ticket_id)
    await world.says(ANN, ticket["ticket_no"])
    card = await world.last(ANN)
    await world.presses(ANN, card, "Dispute file")
    sent = await world.last(ANN)
    assert sent["file"]["name"] == f"{ticket['ticket_no']}.txt"
    assert "Placed by the buyer" in (await content(world, sent)).decode()
