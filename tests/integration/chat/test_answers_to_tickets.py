"""Replies to tickets: what the person had before their eyes when they wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.chat.drawing import Drawing
from bot.model.thread import Habit
from bot.store.news import take_in_ticket
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


# --- what a reply does to a ticket's text ---------------------------------------------------


async def quotes_after_an_answer(world: World, how: str) -> str:
    """Let Ann answer, and the buyer write once more; return the card."""
    await world.control("/options", ticket_reply=how)
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, "Sorry", reply_to=(await card(world, ticket_id))["message_id"])
    await world.later(5)
    await buyer_writes(world, ticket_id, "Still broken")
    return str((await card(world, ticket_id))["text"])


async def test_what_was_written_before_a_long_stop_needs_a_tap(world: World) -> None:
    order_id = await world.order()
    ticket_id = await world.ticket(await world.order(), "It is broken")
    shows = await card(world, ticket_id)
    await world.says(ANN, f"/newticket {await world.number(order_id)}")
    asks = await world.last(ANN)
    for to in (shows, asks):
        await world.act("/send", **{"as": ANN}, text="Sorry", reply_to=to["message_id"])
    world.clock.advance(1801)  # the bot is off
    await world.fetch()
    for held in (await world.from_bot(ANN))[-2:]:
        assert labels(held) == ["Send now", "Cancel"]
    await world.later(60)
    assert await world.changes("ticket_reply") == []
    assert await world.changes("ticket_created") == []


async def test_a_thread_is_learnt_from_a_reply_and_each_text_is_shown_once(world: World) -> None:
    text = await quotes_after_an_answer(world, "thread")
    assert text.count("It is broken") == 1
    assert text.count("Sorry") == 1
    assert text.count("Still broken") == 1


async def test_a_text_that_takes_the_other_s_place_is_shown_as_it_is(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await buyer_writes(world, ticket_id, "It is broken again")
    assert "It is broken again" in (await card(world, ticket_id))["text"]


@pytest.mark.parametrize(("habit", "shown_once"), [("thread", True), ("replace", False)])
async def test_what_the_owner_says_overrules_what_was_learnt(
    world: World, habit: Habit, shown_once: bool
) -> None:
    world.drawing = Drawing(world.shop_id, "USD", ZoneInfo("UTC"), "en", habit)
    world.sender._drawing = world.drawing
    text = await quotes_after_an_answer(world, "thread")
    assert (text.count("It is broken") == 1) is shown_once


@pytest.mark.parametrize(
    ("habit", "said"), [("auto", "Sent by Ann"), ("thread", "Sent by Ann"), ("replace", "Checking")]
)
async def test_a_lost_reply_is_found_as_the_owner_says_that_replies_are_seen(
    world: World, habit: Habit, said: str
) -> None:
    world.executor._shop = replace(world.shop, ticket_reply=habit)
    await world.control("/options", ticket_reply="thread")
    ticket_id = await world.ticket(await world.order(), "It is broken")
    shows = await card(world, ticket_id)
    await world.trouble("update_ticket", "error_after")
    await world.says(ANN, "Sorry", reply_to=shows["message_id"])
    await world.later(5)
    await world.later(1)
    assert said in (await world.last(ANN))["text"]


async def test_a_status_of_a_ticket_goes_out_without_a_text(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    await world.forges(ANN, (await world.last(ANN))["message_id"], f"ts:{ticket_id}:resolved")
    ticket = await world.true_ticket(ticket_id)
    assert (ticket["status"], len(ticket["thread"])) == ("resolved", 1)


async def test_a_ticket_that_we_opened_is_ours_though_a_look_shows_it_before_the_answer(
    world: World,
) -> None:
    order_id = await world.order()
    await world.says(ANN, f"/newticket {await world.number(order_id)}")
    await world.trouble("create_ticket", "close_after")
    await world.says(ANN, "Please tell me your login")
    await world.presses(ANN, await world.last(ANN), "Send now")
    # The buyer writes at the same moment: that one is theirs.
    await world.ticket(order_id, "Where is it?", known=False)
    for ticket in (await world.marketplace.list_tickets()).items:
        if ticket.order_id == order_id:
            async with world.store.write() as tx:
                await take_in_ticket(tx, world.shop_id, ticket, looked_at=world.now, now=world.now)
    events = await world.rows(
        "select t.author, t.person_id, e.done_by, count(n.id) from ticket_texts t"
        " join events e on e.subject_id = t.ticket_id left join notices n on n.event_id = e.id"
        " group by t.id order by t.author"
    )
    assert events == [("buyer", None, None, 2), ("us", ANN, ANN, 0)]
    await world.later(5)
    assert "Sent by Ann" in shown(await world.last(ANN))
