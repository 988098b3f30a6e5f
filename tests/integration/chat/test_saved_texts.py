"""/templates: texts are made, changed, ordered and deleted, and answer a ticket in two taps."""

from __future__ import annotations

from typing import Any

from bot.model.person import Role
from bot.store import saved_texts
from tests.support.world import ANN, BEN, CLEO, World, labels, shown

SORRY = "Sorry! Order {order_no} ({product} × {quantity}), {date}."


async def now(world: World, message: Any, who: int = ANN) -> Any:
    return next(m for m in await world.chat(who) if m["message_id"] == message["message_id"])


async def make(world: World, *texts: str) -> Any:
    """Make these texts; return the message that shows the last of them."""
    for text in texts:
        await world.says(ANN, "/templates")
        await world.presses(ANN, await world.last(ANN), "New text")
        await world.says(ANN, text)
    return await world.last(ANN)


async def ticket_card(world: World, text: str = "Help") -> tuple[str, Any]:
    ticket = await world.ticket(await world.order(quantity=2), text)
    await world.says(ANN, (await world.true_ticket(ticket))["ticket_no"])
    return ticket, await world.last(ANN)


async def test_texts_are_made_changed_ordered_and_deleted_in_one_message(world: World) -> None:
    await world.says(ANN, "/templates")
    assert "There is none yet" in (await world.last(ANN))["text"]
    await make(world, "First", "Second", "Third")
    await world.says(BEN, "/templates")  # the shop's, not one person's
    card = await world.last(BEN)
    assert labels(card) == ["First", "Second", "Third", "New text", "Menu"]
    await world.presses(BEN, card, "Third")
    await world.presses(BEN, card, "Move up")
    assert "2 of 3" in (await now(world, card, BEN))["text"]
    await world.presses(BEN, card, "Move up")
    assert "Move up" not in labels(await now(world, card, BEN))
    await world.presses(BEN, card, "Back")
    assert labels(await now(world, card, BEN))[:3] == ["Third", "First", "Second"]
    await world.presses(BEN, card, "First")
    await world.presses(BEN, card, "Change")
    prompt = await world.last(BEN)
    assert "takes the place of this one" in prompt["text"]
    await world.says(BEN, "First of all")
    assert "Saved: the text stands below." in (await now(world, prompt, BEN))["text"]
    assert "First of all" in (await world.last(BEN))["text"]
    await world.presses(BEN, await world.last(BEN), "Delete")
    assert "Deleted: “First of all”" in (await world.last(BEN))["text"]
    assert labels(await world.last(BEN))[:2] == ["Third", "Second"]
    # Ben's first message still offers what is gone.
    before = len(await world.from_bot(BEN))
    assert await world.presses(BEN, card, "Move up") == "This button no longer works."
    assert len(await world.from_bot(BEN)) == before
    assert b"Second" not in (await world.rows("select sealed from saved_texts"))[0][0]


async def test_a_saved_text_answers_a_ticket_in_two_taps_with_its_variables(world: World) -> None:
    _, card = await ticket_card(world)
    assert "Saved text" not in labels(card)
    await make(world, SORRY)
    ticket, card = await ticket_card(world)
    await world.presses(ANN, card, "Saved text")
    which = await world.last(ANN)
    await world.presses(ANN, which, labels(which)[0])
    held = await world.last(ANN)
    true = await world.true_ticket(ticket)
    number = await world.number(true["order_id"])
    assert f"Sorry! Order {number} (" in held["text"].replace("\u2060", "")
    assert "× 2), 2026-11-23." in held["text"]
    assert labels(held) == ["Send now", "Undo"]
    assert which["message_id"] not in {m["message_id"] for m in await world.chat(ANN)}
    assert (await world.true_ticket(ticket))["description"] == true["description"]
    await world.later(5)
    assert f"Order {number}" in (await world.true_ticket(ticket))["description"]
    assert len(await world.changes("ticket_reply")) == 1
    # Pressed twice, or after the text is gone: nothing more goes out.
    await world.forges(ANN, card["message_id"], f"tu:{ticket}:77")
    assert "That saved text is gone" in (await world.last(ANN))["text"]
    assert len(await world.changes("ticket_reply")) == 1


async def test_a_text_has_versions_and_a_ticket_gets_the_one_of_its_buyer_s_language(
    world: World,
) -> None:
    card = await make(world, "Sorry about that, {order_no}")
    await world.presses(ANN, card, "In other languages")
    assert labels(await now(world, card))[:2] == ["English", "Русский"]
    await world.presses(ANN, card, "Русский")
    prompt = await world.last(ANN)
    assert "Write this text in another language: Русский." in prompt["text"]
    assert "Sorry about that" in prompt["text"]
    await world.says(ANN, "Извините, {order_no} {товар}")
    card = await world.last(ANN)
    assert "1 of 1 · Русский" in card["text"]
    assert "“товар” in braces is no variable" in card["text"]
    await world.presses(ANN, card, "Change")
    assert "takes the place of this one:\nИзвините" in (await world.last(ANN))["text"]
    await world.says(ANN, "Извините, {order_no}")
    ticket, shop = await ticket_card(world, "Здравствуйте, пароль не подходит")
    await world.presses(ANN, shop, "Saved text")
    which = await world.last(ANN)
    assert "shown in it: Русский." in which["text"]
    await world.presses(ANN, which, "Извините, {order_no}")
    await world.later(5)
    assert "Извините, TK" in (await world.true_ticket(ticket))["description"]
    _, shop = await ticket_card(world, "The password is wrong")
    await world.presses(ANN, shop, "Saved text")
    assert labels(await world.last(ANN)) == ["Sorry about that, {order_no}"]
    # A version goes alone; its text stays, and says no more that there is one.
    card = await now(world, card)
    await world.presses(ANN, card, "Back")
    assert "· Русский ·" in labels(await now(world, card))
    await world.presses(ANN, card, "· Русский ·")
    await world.presses(ANN, card, "Delete")
    assert "· Русский ·" not in labels(await now(world, card))
    await world.presses(ANN, card, "Back")
    assert "Sorry about that" in (await now(world, card))["text"]
    assert "Also in" not in (await now(world, card))["text"]
    await world.forges(ANN, card["message_id"], "te:1:xx")  # no language of ours
    assert await world.one("select count(*) from drafts where state = 'open'") == 0


async def test_an_unknown_variable_is_shown_at_once_and_needs_a_tap_when_used(
    world: World,
) -> None:
    made = await make(world, "Hello {buyr}, {order_no}")
    assert "“buyr” in braces is no variable" in made["text"]
    assert "{order_no} {product}" in made["text"]
    _, card = await ticket_card(world)
    await world.presses(ANN, card, "Saved text")
    await world.presses(ANN, await world.last(ANN), "Hello {buyr}, {order_no}")
    held = await world.last(ANN)
    assert "Sent only when you press Send now." in held["text"]
    await world.later(60)
    assert await world.changes("ticket_reply") == []


async def test_a_text_that_the_buyer_overtook_needs_a_tap(world: World) -> None:
    await make(world, "Hello")
    ticket, card = await ticket_card(world)
    await world.presses(ANN, card, "Saved text")
    which = await world.last(ANN)
    world.clock.advance(30)
    await world.control(f"/tickets/{ticket}/write", text="It works now")
    await world.see_ticket(ticket)
    await world.presses(ANN, which, "Hello")
    assert "the ticket may have changed since" in (await world.last(ANN))["text"]
    await world.later(60)
    assert await world.changes("ticket_reply") == []


async def test_a_text_that_cannot_be_sent_is_not_kept(world: World) -> None:
    await world.says(ANN, "/templates")
    await world.presses(ANN, await world.last(ANN), "New text")
    await world.says(ANN, "x" * 4001)
    assert "holds 4000 characters at most" in (await world.last(ANN))["text"]
    assert await world.rows("select id from saved_texts") == []
    await world.says(ANN, "x" * 4000)
    assert len(await world.rows("select id from saved_texts")) == 1


async def test_there_is_room_for_as_many_as_a_message_offers(world: World) -> None:
    await make(world, "One")
    async with world.store.write() as tx:
        for number in range(2, 41):
            await saved_texts.add(tx, world.shop_id, f"Text {number}", ANN, world.now)
    await world.says(ANN, "/templates")
    assert len(labels(await world.last(ANN))) == 42
    await world.presses(ANN, await world.last(ANN), "New text")
    assert "There is room for 40 saved texts" in (await world.last(ANN))["text"]


async def test_a_viewer_sees_none_of_it(world: World) -> None:
    made = await make(world, "Hello")
    await world.join(CLEO, Role.VIEWER)
    await world.says(CLEO, "/templates")
    assert "Your role" in (await world.last(CLEO))["text"]
    await world.says(CLEO, "/help")
    card = await world.last(CLEO)
    text_id = await world.one("select id from saved_texts")
    for data in (f"tv:{text_id}", f"td:{text_id}", f"te:{text_id}", "te", f"tm:{text_id}:up"):
        await world.forges(CLEO, card["message_id"], data)
        assert "Hello" not in shown(await world.last(CLEO))
    assert await world.one("select count(*) from saved_texts") == 1
    assert made


async def test_a_text_that_is_offered_in_the_second_of_the_buyers_words_answers_them(
    world: World,
) -> None:
    """Telegram tells the second of a message alone: what was written within it was shown."""
    await make(world, "It is on its way.")
    ticket, _ = await ticket_card(world)
    world.clock.advance(10.2)
    await world.control(f"tickets/{ticket}/write", text="And now?")
    await world.see_ticket(ticket)
    world.clock.advance(0.5)
    await world.says(ANN, (await world.true_ticket(ticket))["ticket_no"])
    await world.presses(ANN, await world.last(ANN), "Saved text")
    which = await world.last(ANN)
    await world.presses(ANN, which, labels(which)[0])
    await world.later(6)
    assert len(await world.changes("ticket_reply")) == 1
