"""Replies to tickets: what the person had before their eyes when they wrote."""

from __future__ import annotations

from typing import Any

from tests.support.world import ANN, World, labels, shown


async def card(world: World, ticket_id: str) -> Any:
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    return await world.last(ANN)


async def buyer_writes(world: World, ticket_id: str, text: str) -> None:
    await world.control(f"/tickets/{ticket_id}/write", text=text)
    world.clock.advance(1)
    await world.see_ticket(ticket_id)


async def test_a_reply_to_an_older_card_needs_a_tap(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    older = await card(world, ticket_id)
    await card(world, ticket_id)
    await world.says(ANN, "Sorry", reply_to=older["message_id"])
    held = await world.last(ANN)
    assert "You replied to an older message" in held["text"]
    assert labels(held) == ["Send now", "Cancel"]
    await world.later(60)
    assert await world.changes("ticket_reply") == []


async def test_a_reply_to_what_stood_there_before_the_buyer_wrote_again_needs_a_tap(
    world: World,
) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    shows = await card(world, ticket_id)
    await buyer_writes(world, ticket_id, "Never mind, it works")
    await world.says(ANN, "Here is another one", reply_to=shows["message_id"])
    await world.later(60)
    assert await world.changes("ticket_reply") == []
    await world.presses(ANN, await world.last(ANN), "Send now")
    assert len(await world.changes("ticket_reply")) == 1


async def test_a_prompt_s_answer_needs_a_tap_where_the_buyer_wrote_since(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.presses(ANN, await card(world, ticket_id), "Reply")
    await buyer_writes(world, ticket_id, "Never mind, it works")
    await world.says(ANN, "Here is another one")
    assert "You replied to an older message" in shown(await world.last(ANN))
    await world.later(60)
    assert await world.changes("ticket_reply") == []


async def test_a_reply_to_the_card_as_it_stands_needs_none(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await buyer_writes(world, ticket_id, "Really broken")
    await world.says(ANN, "Sorry", reply_to=(await card(world, ticket_id))["message_id"])
    await world.later(5)
    assert len(await world.changes("ticket_reply")) == 1
