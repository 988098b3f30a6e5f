"""All texts: the conversation as it was seen, in pages, though the marketplace shows one text."""

from __future__ import annotations

from tests.support.world import ANN, World, labels, shown


async def test_every_text_that_was_seen_can_be_read_from_the_ticket_and_from_the_order(
    world: World,
) -> None:
    order_id = await world.order()
    ticket_id = await world.ticket(order_id, "Text 0")
    for turn in range(1, 8):
        world.clock.advance(60)
        await world.control(f"/tickets/{ticket_id}/write", text=f"Text {turn}")
        await world.see_ticket(ticket_id)
    number = (await world.true_ticket(ticket_id))["ticket_no"]
    await world.says(ANN, number)
    card = await world.last(ANN)
    assert "Text 0" not in card["text"]
    await world.presses(ANN, card, "More")
    await world.presses(ANN, card, "All texts")
    read = await world.last(ANN)
    assert f"All texts of ticket {number}" in read["text"]
    assert labels(read) == ["‹", "2/2"]
    assert "Text 7" in read["text"]
    await world.presses(ANN, read, "‹")
    read = await world.last(ANN)
    assert labels(read) == ["1/2", "›"]
    assert [f"Text {n}" in read["text"] for n in range(6)] == [True] * 5 + [False]
    # A reply to any message about the ticket answers it; what may be old needs a tap.
    await world.says(ANN, "I see it now", reply_to=read["message_id"])
    held = await world.last(ANN)
    assert "Sent only when you press Send now" in held["text"]
    await world.presses(ANN, held, "Send now")
    assert len(await world.changes("ticket_reply")) == 1
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, card, "All texts")
    told = shown(await world.last(ANN))
    assert f"All texts about order {await world.number(order_id)}" in told
    assert "Ann answered at" in told
