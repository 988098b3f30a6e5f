"""What stands on cards and previews is true when it is read: whoever did what, and where."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from bot.model.press import Press, Verb, short_id
from tests.support.world import ANN, BEN, World, labels, shown


async def message_at(world: World, message: Any, who: int = ANN) -> Any:
    return next(m for m in await world.chat(who) if m["message_id"] == message["message_id"])


async def in_place(world: World, message: Any, who: int = ANN) -> str:
    return shown(await message_at(world, message, who))


async def card(world: World, order_id: str, who: int = ANN) -> Any:
    await world.says(who, await world.number(order_id))
    return await world.last(who)


async def ticket_card(world: World, ticket_id: str, who: int = ANN) -> Any:
    await world.says(who, (await world.true_ticket(ticket_id))["ticket_no"])
    return await world.last(who)


async def preview(world: World, order_id: str, goods: str, who: int = ANN) -> Any:
    await world.says(who, goods, reply_to=(await card(world, order_id, who))["message_id"])
    return await world.last(who)


async def look(world: World, order_id: str) -> None:
    """Let the poller look at an order."""
    world.clock.advance(1)
    await world.see_order(order_id)
    await world.settle()


# --- previews and prompts ------------------------------------------------------------------------


async def test_a_preview_offers_nothing_once_its_order_is_complete(world: World) -> None:
    order_id = await world.order()
    mine = await preview(world, order_id, "anna:Hunter2222")
    other = await preview(world, order_id, "berta:Hunter3333", BEN)
    await world.presses(BEN, other, "Send 1")
    text = await in_place(world, mine)
    assert "Send 1" not in text
    assert "nothing is owed" in text


async def test_a_preview_of_before_the_order_moved_asks_for_the_goods_again(world: World) -> None:
    order_id = await world.order(quantity=3)
    mine = await preview(world, order_id, "anna:Hunter2222")
    other = await preview(world, order_id, "berta:Hunter3333", BEN)
    await world.presses(BEN, other, "Send 1 now")
    text = await in_place(world, mine)
    assert "The order changed since" in text
    assert "Send 1" not in text
    assert "Deliver" in text


async def test_a_prompt_for_goods_says_when_nothing_is_owed_any_more(world: World) -> None:
    order_id = await world.order()
    await world.presses(ANN, await card(world, order_id), "Deliver")
    prompt = await world.last(ANN)
    await world.presses(BEN, await preview(world, order_id, "berta:Hunter3333", BEN), "Send 1")
    text = await in_place(world, prompt)
    assert "Nothing is owed" in text
    assert "Cancel" not in text


async def test_a_unit_that_the_order_has_is_said_to_be_there_and_not_to_be_a_double(
    world: World,
) -> None:
    order_id = await world.order(quantity=3)
    await world.presses(ANN, await preview(world, order_id, "anna:Hunter2222"), "Send 1 now")
    text = (await preview(world, order_id, "anna:Hunter2222\nberta:Hunter3333"))["text"]
    assert "1 is on this order already" in text
    assert "double" not in text


# --- what was done elsewhere ---------------------------------------------------------------------


async def test_a_delivery_on_the_marketplace_has_its_line_on_the_card(world: World) -> None:
    order_id = await world.order(quantity=2)
    shows = await card(world, order_id)
    await world.control(f"/orders/{order_id}/deliver", rows=["anna:Hunter2222"])
    await look(world, order_id)
    assert "1 of 2 delivered on the marketplace at 12:04" in await in_place(world, shows)


async def test_our_own_delivery_is_not_said_to_be_the_marketplace_s(world: World) -> None:
    order_id = await world.order(quantity=2)
    made = await preview(world, order_id, "anna:Hunter2222\nberta:Hunter3333")
    await world.presses(ANN, made, "Send 2")
    await look(world, order_id)
    text = (await card(world, order_id))["text"]
    assert "2 of 2 delivered by Ann" in text
    assert "on the marketplace" not in text


async def test_a_refund_on_the_marketplace_has_its_line_on_the_card(world: World) -> None:
    order_id = await world.order()
    shows = await card(world, order_id)
    await world.control(f"/orders/{order_id}/status", status="refunded_order")
    await look(world, order_id)
    assert "on the marketplace at 12:04" in await in_place(world, shows)


# --- what is new ---------------------------------------------------------------------------------


async def test_an_order_that_was_there_before_us_is_not_new(world: World) -> None:
    assert "🆕" not in (await card(world, await world.order()))["text"]


async def test_an_order_is_new_for_a_while_after_it_was_seen(world: World) -> None:
    order_id = await world.order(known=False)
    assert "🆕" in (await card(world, order_id))["text"]
    world.clock.advance(3601)
    assert "🆕" not in (await card(world, order_id))["text"]


async def test_an_answered_ticket_is_not_new(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken", known=False)
    first = await ticket_card(world, ticket_id)
    assert "🆕" in first["text"]
    await world.says(ANN, "Sorry", reply_to=first["message_id"])
    await world.later(5)
    assert "🆕" not in (await ticket_card(world, ticket_id))["text"]


# --- whose words, whose deed ---------------------------------------------------------------------


async def test_a_reply_that_waited_says_that_a_colleague_answered_meanwhile(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    shows = await ticket_card(world, ticket_id)
    await world.says(ANN, "anna:Hunter2222", reply_to=shows["message_id"])  # waits for a tap
    mine = await world.last(ANN)
    await world.says(
        BEN, "I am on it", reply_to=(await ticket_card(world, ticket_id, BEN))["message_id"]
    )
    await world.later(5)
    await world.presses(ANN, mine, "Send now")
    text = await in_place(world, mine)
    assert "Ben answered meanwhile" in text
    assert "buyer wrote" not in text


async def test_who_loses_a_refund_reads_who_is_refunding_what(world: World) -> None:
    order_id = await world.order()
    number = await world.number(order_id)
    mine = await card(world, order_id)
    other = await card(world, order_id, BEN)
    await world.presses(ANN, mine, "Refund")
    await world.presses(BEN, other, "Refund")
    late = next(m for m in await world.chat(BEN) if m["message_id"] == other["message_id"])
    yes = next(b["data"] for row in late["keyboard"] for b in row if b["text"].startswith("Yes"))
    await world.trouble("refund_order", "status", status=500)
    await world.presses(ANN, mine, "Yes, refund")
    await world.forges(BEN, other["message_id"], yes)
    said = shown(await world.last(BEN))
    assert f"Ann is refunding order {number}" in said
    assert "nothing was refunded by you" in said
    assert labels(await world.last(BEN)) == []


async def test_a_copy_that_we_had_no_row_of_shows_what_is_true_once_it_is_pressed(
    world: World,
) -> None:
    order_id = await world.order()
    mine = await card(world, order_id)
    async with world.store.write() as tx:
        await tx.execute(text("delete from cards"))
    await world.control(f"/orders/{order_id}/status", status="refunded_order")
    await look(world, order_id)
    assert "refunded" not in await in_place(world, mine)
    await world.presses(ANN, mine, "Refund")
    assert "Refunded: nothing to do" in await in_place(world, mine)


async def test_a_tickets_card_shows_its_order_once_it_is_known_and_what_becomes_of_it(
    world: World,
) -> None:
    order_id = await world.order(quantity=2, known=False)
    mine = await ticket_card(world, await world.ticket(order_id))
    assert "Netflix" not in shown(mine)
    await look(world, order_id)
    assert "0 of 2 delivered" in await in_place(world, mine)
    await world.control(f"/orders/{order_id}/deliver", rows=["anna:Hunter2222", "b:Hunter3333"])
    await look(world, order_id)
    text = await in_place(world, mine)
    assert "delivered" in text
    assert "0 of 2" not in text
    assert "Replace" in text


async def test_goods_that_were_not_sent_are_previewed_once_more_and_sent_once(
    world: World,
) -> None:
    order_id = await world.order(quantity=3)
    mine = await preview(world, order_id, "anna:Hunter2222\nberta:Hunter3333")
    await world.trouble("*", "status", times=None, status=503)
    await world.presses(ANN, mine, "Send 2 now")
    assert "has not answered since" in (text := await in_place(world, mine))
    assert "To the preview" in text
    await world.no_trouble()
    # As things are now: one unit went from the marketplace's own page meanwhile.
    await world.control(f"/orders/{order_id}/deliver", rows=["c:Hunter4444"])
    await look(world, order_id)
    rows = (await message_at(world, mine))["keyboard"]
    data = next(b["data"] for row in rows for b in row if b["text"] == "To the preview")
    await world.presses(ANN, mine, "To the preview")
    again = await world.last(ANN)
    # It stands below now; a button of before says so.
    assert "To the preview" not in await in_place(world, mine)
    toast = await world.forges(ANN, mine["message_id"], data)
    assert toast == "Someone was first: the card shows what is true now."
    assert "Send 2" in labels(again)
    assert await world.one("select count(*) from intents") == 2
    # Taken back, it can be looked at once more.
    await world.presses(ANN, again, "Cancel")
    assert "To the preview" not in await in_place(world, again)
    await world.presses(ANN, mine, "To the preview")
    await world.presses(ANN, await world.last(ANN), "Send 2")
    assert len(await world.changes("deliver")) == 1
    assert "To the preview" not in await in_place(world, mine)
    await world.forges(ANN, mine["message_id"], data)
    assert await world.one("select count(*) from intents") == 3
    # Once nothing is owed any more, no message offers to deliver.
    await look(world, order_id)
    (left,) = labels(await message_at(world, mine))
    assert left.startswith("Order ")


async def test_goods_that_were_not_sent_are_previewed_as_their_paste_is_now(world: World) -> None:
    mine = await preview(world, await world.order(quantity=2), "anna:Hunter2222")
    pasted = next(m["message_id"] for m in await world.chat(ANN) if m["text"] == "anna:Hunter2222")
    await world.trouble("*", "status", times=None, status=503)
    await world.presses(ANN, mine, "Send 1 now")
    await world.edits(ANN, pasted, "berta:Opal3333")
    assert "To the preview" not in await in_place(world, mine)
    assert await world.one("select count(*) from intents") == 2
    # Not sent either: the newest message alone offers them.
    newest = await world.last(ANN)
    await world.presses(ANN, newest, "Send 1 now")
    assert "To the preview" in await in_place(world, newest)
    assert "To the preview" not in await in_place(world, mine)
    await world.no_trouble()
    await world.presses(ANN, newest, "To the preview")
    await world.presses(ANN, await world.last(ANN), "Send 1 now")
    (sent,) = await world.changes("deliver")
    assert "berta" in str(sent)


async def test_a_button_that_does_nothing_any_more_says_so(world: World) -> None:
    order_id = await world.order()
    mine = await preview(world, order_id, "anna:Hunter2222")
    await world.presses(ANN, mine, "Cancel")
    ended = await world.one("select id from intents")
    gone = "This button no longer works."
    # By a toast, where local state tells it at once: of an intent, ...
    number = str(ended)
    of_intents = (
        *(Verb.DECLINE, Verb.CONFIRM, Verb.SPLIT, Verb.TEXTS_FOR, Verb.TEXT_INTO),
        *(Verb.GOODS_AGAIN, Verb.REPLACE_TEXT, Verb.BATCH),
    )
    dead = [Press(verb, number) for verb in of_intents]
    # ... of a question that was answered, ...
    of_drafts = (Verb.STOP, Verb.ADD_TO_STOCK, Verb.REPLACE_UNIT, Verb.GOODS_PAGE, Verb.PICKED)
    dead += [Press(verb, number) for verb in of_drafts]
    dead += [Press(Verb.PICK, "p1", number), Press(Verb.STOCK_WITH, "p1", number)]
    dead += [Press(Verb.NEW_STEP, number, arg) for arg in ("skip", "back", "done", "again")]
    dead += [Press(Verb.BUYER_NOTE, number, "remove")]
    # ... of goods that are not shown any more, a text, a person or an invitation that is gone.
    dead += [Press(Verb.HIDE_GOODS), Press(Verb.SHOW_GOODS, short_id(order_id), "2")]
    dead += [Press(verb, "7") for verb in (Verb.SAVED_TEXT, Verb.TEXT_EDIT, Verb.TEXT_DELETE)]
    dead += [Press(Verb.TEXT_MOVE, "7", "up"), Press(Verb.TEAM, "7"), Press(Verb.TEAM_REMOVE, "7")]
    dead += [Press(Verb.TEAM_ROLE, "7", "viewer"), Press(Verb.UNINVITE, "7")]
    before = len(await world.from_bot(ANN))
    for press in dead:
        assert await world.forges(ANN, mine["message_id"], press.pack()) == gone, press
    assert len(await world.from_bot(ANN)) == before
    # By a message otherwise, once for a double tap.
    for verb in (Verb.REST, Verb.STOCK_SOURCE):
        before = len(await world.from_bot(ANN))
        for _ in range(2):
            assert not await world.forges(ANN, mine["message_id"], Press(verb, number).pack())
        said = (await world.from_bot(ANN))[before:]
        assert [m["text"] for m in said] == ["This button no longer works; nothing was done."]
    # Who comes back to it later is told again.
    before = len(await world.from_bot(ANN))
    for _ in range(3):
        world.clock.advance(11)
        assert not await world.forges(ANN, mine["message_id"], Press(Verb.REST, number).pack())
    said = (await world.from_bot(ANN))[before:]
    assert [m["text"] for m in said] == ["This button no longer works; nothing was done."] * 3
    assert await world.changes("deliver") == []
