"""Buyer memory: a private note and a mark on a buyer, shown on every card; their counts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.model.person import Role
from tests.support.world import ANN, BEN, World, labels

from .sending import show

NOTE = "Pays late; second@account.example:Pw-9 went to him twice"


async def _again(world: World, message: Any, who: int = ANN) -> Any:
    found = [m for m in await world.from_bot(who) if m["message_id"] == message["message_id"]]
    return found[0]


def _buyer_line(message: Any) -> str:
    lines: list[str] = message["text"].splitlines()
    return next(line for line in lines if re.search(r"Buyer \w{4}…\w{4}", line))


async def _noted(world: World, card: Any, text: str) -> Any:
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await _again(world, card), "ote")
    prompt = await world.last(ANN)
    await world.says(ANN, text)
    return prompt


@pytest.mark.parametrize(("button", "sign"), [("⚠️ Look here", "⚠️"), ("⭐ Good buyer", "⭐")])
async def test_a_buyer_is_marked_from_more_in_two_taps_and_every_card_shows_it(
    world: World, button: str, sign: str
) -> None:
    order = await world.order()
    ticket = await world.ticket(order, "Broken")
    of_order = await show(world, "order", order)
    of_ticket = await show(world, "ticket", ticket)
    bens = await show(world, "order", order, who=BEN)
    assert _buyer_line(of_order).startswith("Buyer ")
    assert "1 order, 1 ticket" in _buyer_line(of_order)

    await world.presses(ANN, of_order, "More")
    await world.presses(ANN, await _again(world, of_order), button)
    for message, who in ((of_order, ANN), (of_ticket, ANN), (bens, BEN)):
        shown = await _again(world, message, who)
        assert _buyer_line(shown).startswith(f"{sign} Buyer ")
    # The card shows its own buttons again, and the preview of goods shows the mark, too.
    assert "📦 Deliver" in labels(await _again(world, of_order))
    await world.says(ANN, "unit@x.example:Pw-1", reply_to=of_order["message_id"])
    preview = await world.last(ANN)
    assert "Send 1" in labels(preview)
    assert _buyer_line(preview).startswith(f"{sign} Buyer ")


async def test_a_mark_is_taken_away_from_the_tickets_card_again(world: World) -> None:
    ticket = await world.ticket(await world.order(), "Broken")
    card = await show(world, "ticket", ticket)
    for button, line in (("⭐ Good buyer", "⭐ Buyer "), ("No mark", "Buyer ")):
        await world.presses(ANN, await _again(world, card), "More")
        more = await _again(world, card)
        assert button in labels(more)
        await world.presses(ANN, more, button)
        assert _buyer_line(await _again(world, card)).startswith(line)
    assert await world.rows("select mark from buyers") == [("",)]


async def test_a_private_note_is_asked_for_and_stands_on_every_card(world: World) -> None:
    order = await world.order()
    card = await show(world, "order", order)
    prompt = await _noted(world, card, "  Pays late  ")
    assert "Only your shop sees it" in prompt["text"]
    assert "Noted: it stands on every card" in (await _again(world, prompt))["text"]
    assert "Your note: “Pays late”" in (await _again(world, card))["text"]
    # A new one takes its place; the prompt shows the old one.
    second = await _noted(world, card, "Pays in time")
    assert "Your note: “Pays late”" in second["text"]
    assert "Your note: “Pays in time”" in (await _again(world, card))["text"]
    # The buyer's next order brings it along.
    buyer = (await world.true_order(order))["buyer_id"]
    other = await show(world, "order", await world.order(buyer_id=buyer))
    assert "Your note: “Pays in time”" in other["text"]
    assert "2 orders" in _buyer_line(other)
    # So do the refunds, each of them.
    for refunded in (order, await world.order(buyer_id=buyer)):
        await world.marketplace.refund_order(refunded)
        await world.see_order(refunded)
    newest = await show(world, "order", await world.order(buyer_id=buyer))
    assert "4 orders, 2 refunds" in _buyer_line(newest)


async def test_a_note_is_removed_by_the_button_of_its_prompt(world: World) -> None:
    card = await show(world, "order", await world.order())
    await _noted(world, card, "Pays late")
    await world.presses(ANN, await _again(world, card), "More")
    await world.presses(ANN, await _again(world, card), "Change the note")
    prompt = await world.last(ANN)
    await world.presses(ANN, prompt, "Remove the note")
    assert "removed" in (await _again(world, prompt))["text"]
    assert "Your note" not in (await _again(world, card))["text"]


async def test_a_note_may_hold_goods_and_is_never_kept_in_the_clear(world: World) -> None:
    card = await show(world, "order", await world.order())
    await _noted(world, card, NOTE)
    assert "Pw-9" in (await _again(world, card))["text"]
    kept = b"".join(path.read_bytes() for path in world.store.path.parent.glob("*.db*"))
    assert b"Pw-9" not in kept
    assert "Pw-9" not in str(await world.rows("select deed, detail from audit"))
    # Nothing went to the marketplace, and no ticket was opened.
    assert await world.changes("deliver") == []


async def test_what_is_too_long_says_so_and_the_prompt_stays(world: World) -> None:
    card = await show(world, "order", await world.order())
    await _noted(world, card, "x" * 501)
    assert "A note holds 500 characters at most" in (await world.last(ANN))["text"]
    await world.says(ANN, "Short")
    assert "Your note: “Short”" in (await _again(world, card))["text"]


async def test_a_note_prompt_is_cancelled_and_survives_a_pasted_number(world: World) -> None:
    order = await world.order()
    card = await show(world, "order", order)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await _again(world, card), "Note on the buyer")
    prompt = await world.last(ANN)
    await world.says(ANN, await world.number(order))
    await world.presses(ANN, prompt, "Cancel")
    assert "nothing was noted" in (await _again(world, prompt))["text"]
    assert await world.rows("select * from buyers") == []


async def test_a_viewer_sees_the_note_and_changes_nothing(world: World) -> None:
    order = await world.order()
    await _noted(world, await show(world, "order", order), "Pays late")
    await world.becomes(BEN, Role.VIEWER)
    bens = await show(world, "order", order, who=BEN)
    assert "Your note: “Pays late”" in bens["text"]
    assert "More" not in labels(bens)
    short = next(r for r in await world.rows("select short_id from orders"))[0]
    await world.forges(BEN, bens["message_id"], f"bm:{short}:order.star")
    assert "does not allow" in (await world.last(BEN))["text"]
    assert await world.rows("select mark from buyers") == [("",)]
