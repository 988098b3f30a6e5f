"""A reply that the marketplace was not there for: kept until it is back, or discarded."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.desk.executor import Executor
from tests.support.world import ANN, BEN, World, labels


class Away:
    """The marketplace goes away, and comes back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._since: datetime | None = None
        world.executor._shop = replace(world.shop, away_since=lambda: self._since)

    async def goes(self) -> None:
        self._since = self._world.now
        await self._world.trouble("reads", "status", status=502, times=None)

    async def returns(self) -> None:
        self._since = None
        await self._world.no_trouble()


@pytest.fixture
def away(world: World) -> Away:
    return Away(world)


async def answered(world: World, away: Away, text: str = "Sorry") -> tuple[str, Any]:
    """Let Ann answer a ticket while the marketplace is away; return its ID and the message."""
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    card = await world.last(ANN)
    await away.goes()
    await world.says(ANN, text, reply_to=card["message_id"])
    await world.later(5)
    return ticket_id, await world.last(ANN)


async def written(world: World, away: Away) -> tuple[str, Any]:
    """Let Ann write to a buyer while the marketplace is away; return the order and the message."""
    order_id = await world.order()
    await world.says(ANN, f"/newticket {await world.number(order_id)}")
    await away.goes()
    await world.says(ANN, "Please tell me your login")
    await world.later(5)
    return order_id, await world.last(ANN)


async def now(world: World, message: Any) -> Any:
    found = await world.chat(ANN)
    return next(m for m in found if m["message_id"] == message["message_id"])


async def replies(world: World) -> list[str]:
    return [each["detail"]["text"] for each in await world.changes("ticket_reply")]


async def test_it_says_since_when_and_offers_to_send_it_later(world: World, away: Away) -> None:
    _, message = await answered(world, away)
    assert "Not sent: the marketplace has not answered since 12:04." in message["text"]
    assert "Nothing is kept" not in message["text"]
    assert labels(message) == ["Send when it is back", "Discard"]


async def test_it_goes_out_once_when_the_marketplace_is_back(world: World, away: Away) -> None:
    _, message = await answered(world, away)
    await world.presses(ANN, message, "Send when it is back")
    kept = await now(world, message)
    assert "Kept: it is sent when the marketplace is back" in kept["text"]
    assert labels(kept) == ["Discard"]
    await world.later(2 * 3600)  # longer than any other proposal lasts
    assert await replies(world) == []
    await away.returns()
    await world.later(15)
    await world.later(60)
    assert await replies(world) == ["Sorry"]
    assert "Sent by Ann" in (await now(world, message))["text"]


async def test_it_survives_a_restart(world: World, away: Away) -> None:
    _, message = await answered(world, away)
    await world.presses(ANN, message, "Send when it is back")
    await away.returns()
    world.clock.advance(3 * 3600)  # nobody was there to send it
    world.executor = Executor(world.shop)
    await world.settle()
    assert await replies(world) == ["Sorry"]


async def test_it_is_checked_against_the_ticket_first(world: World, away: Away) -> None:
    ticket_id, message = await answered(world, away)
    await world.presses(ANN, message, "Send when it is back")
    await world.control(f"/tickets/{ticket_id}/write", text="Never mind, it works")
    await away.returns()
    await world.later(15)
    await world.later(60)
    assert await replies(world) == []
    asked = await now(world, message)
    assert "The buyer wrote something new meanwhile" in asked["text"]
    assert labels(asked) == ["Send now", "Cancel"]
    await world.presses(ANN, asked, "Send now")
    assert await replies(world) == ["Sorry"]


async def test_an_answer_by_somebody_else_meanwhile_is_read_first(world: World, away: Away) -> None:
    ticket_id, message = await answered(world, away)
    await world.presses(ANN, message, "Send when it is back")
    await away.returns()
    await world.marketplace.update_ticket(ticket_id, description="Ben was faster")
    await world.later(15)
    assert await replies(world) == ["Ben was faster"]
    assert "Send now" in labels(await now(world, message))


@pytest.mark.parametrize("kept_first", [False, True])
async def test_discard_sends_nothing(world: World, away: Away, kept_first: bool) -> None:
    _, message = await answered(world, away)
    if kept_first:
        await world.presses(ANN, message, "Send when it is back")
    await world.presses(ANN, await now(world, message), "Discard")
    assert "Cancelled: nothing was sent" in (await now(world, message))["text"]
    await away.returns()
    await world.later(60)
    assert await replies(world) == []


async def test_cancel_takes_it_back_and_names_it(world: World, away: Away) -> None:
    _, message = await answered(world, away)
    await world.presses(ANN, message, "Send when it is back")
    await world.says(ANN, "/cancel")
    assert "the answer to ticket" in (await world.last(ANN))["text"]
    await away.returns()
    await world.later(60)
    assert await replies(world) == []


async def test_after_a_day_it_waits_for_a_tap(world: World, away: Away) -> None:
    _, message = await answered(world, away)
    await world.presses(ANN, message, "Send when it is back")
    await world.later(24 * 3600)
    await away.returns()
    await world.later(60)
    assert await replies(world) == []
    assert labels(await now(world, message)) == ["Send now", "Cancel"]


async def test_it_waits_on_where_the_marketplace_is_gone_again(world: World, away: Away) -> None:
    _, message = await answered(world, away)
    await world.presses(ANN, message, "Send when it is back")
    away._since = None  # the looks succeed, and the very next call does not
    await world.later(15)
    assert "Kept: it is sent" in (await now(world, message))["text"]
    await away.returns()
    await world.later(15)
    assert await replies(world) == ["Sorry"]


async def test_a_second_press_keeps_nothing_twice(world: World, away: Away) -> None:
    _, message = await answered(world, away)
    keep = next(b["data"] for row in message["keyboard"] for b in row if "back" in b["text"])
    await world.forges(ANN, message["message_id"], keep)
    toast = await world.forges(ANN, message["message_id"], keep)
    assert toast == "This button no longer works."
    await away.returns()
    await world.later(60)
    assert await replies(world) == ["Sorry"]


async def test_who_may_no_longer_answer_sends_nothing(world: World, away: Away) -> None:
    _, message = await answered(world, away)
    await world.presses(ANN, message, "Send when it is back")
    await world.join(BEN)
    await world.leave(ANN)
    await away.returns()
    await world.later(60)
    assert await replies(world) == []


async def opened(world: World) -> list[str]:
    ids = [each["id"] for each in await world.changes("ticket_created")]
    return [(await world.true_ticket(each))["thread"][0]["text"] for each in ids]


async def test_a_new_ticket_is_kept_and_opened_once(world: World, away: Away) -> None:
    _, message = await written(world, away)
    assert "Not sent: the marketplace has not answered since 12:04." in message["text"]
    assert labels(message) == ["Send when it is back", "Discard"]
    await world.presses(ANN, message, "Send when it is back")
    assert "if no other ticket of this order came" in (await now(world, message))["text"]
    await world.later(2 * 3600)
    assert await opened(world) == []
    await away.returns()
    await world.later(15)
    await world.later(60)
    assert await opened(world) == ["Please tell me your login"]
    assert "Sent by Ann" in (await now(world, message))["text"]


async def test_where_the_order_got_a_ticket_meanwhile_a_person_looks_first(
    world: World, away: Away
) -> None:
    order_id, message = await written(world, away)
    await world.presses(ANN, message, "Send when it is back")
    await world.ticket(order_id, "Which login?", known=False)
    await away.returns()
    await world.later(15)
    await world.later(60)
    assert await opened(world) == []
    asked = await now(world, message)
    assert "This order got a ticket meanwhile: read it first." in asked["text"]
    assert labels(asked) == ["Send now", "Cancel", "🎫 Ticket"]
    await world.presses(ANN, asked, "Send now")
    assert await opened(world) == ["Please tell me your login"]


@pytest.mark.parametrize("kept_first", [False, True])
async def test_a_new_ticket_that_is_discarded_is_not_opened(
    world: World, away: Away, kept_first: bool
) -> None:
    _, message = await written(world, away)
    if kept_first:
        await world.presses(ANN, message, "Send when it is back")
    await world.presses(ANN, await now(world, message), "Discard")
    assert "Cancelled: nothing was sent" in (await now(world, message))["text"]
    await away.returns()
    await world.later(60)
    assert await opened(world) == []


async def test_what_looks_like_goods_is_not_kept(world: World, away: Away) -> None:
    _, held = await answered(world, away, "anna:Hunter2222")
    await world.presses(ANN, held, "Send now")
    assert "Nothing is kept to be sent later" in (await now(world, held))["text"]
    assert "Send when it is back" not in labels(await now(world, held))


async def test_goods_and_refunds_are_never_kept_but_offered_again(world: World, away: Away) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    await away.goes()
    await world.says(ANN, "anna:Hunter2222", reply_to=card["message_id"])
    preview = await world.last(ANN)
    await world.presses(ANN, preview, "Send 1")
    ended = await now(world, preview)
    assert "Not sent: the marketplace has not answered since 12:04." in ended["text"]
    assert "📦 Deliver" in labels(ended)
    await world.presses(ANN, card, next(t for t in labels(card) if "Refund" in t))
    asked = await now(world, card)
    await world.presses(ANN, asked, next(t for t in labels(asked) if t.startswith("Yes")))
    after = await now(world, card)
    assert "Not refunded: the marketplace has not answered since 12:04." in after["text"]
    assert any("Refund" in t for t in labels(after))
    assert "Send when it is back" not in [*labels(ended), *labels(after)]


async def test_what_the_marketplace_refused_is_not_kept(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    await world.trouble("update_ticket", "refused", message="Not on Sundays")
    await world.says(ANN, "Sorry", reply_to=(await world.last(ANN))["message_id"])
    await world.later(5)
    held = await world.last(ANN)
    number = await world.one("select id from intents")
    assert "no longer works" in await world.forges(ANN, held["message_id"], f"kp:{number}")
    await world.later(60)
    assert await world.one("select state from intents") == "refused"
    assert await replies(world) == []
