"""/settings: one card, each change shows its effect at once, and holds where a push is decided."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.person import Role
from bot.store.news import take_in_order, take_in_ticket
from bot.supplier.errors import Unavailable
from bot.supplier.operations import Operation
from bot.watch.teller import Teller
from bot.watch.trouble import FeedState, Trouble
from tests.support.world import ANN, BEN, World, labels, shown

HOUR = 3600


async def news(world: World, *, tell: bool = True) -> str:
    """Let an order arrive that a person must deliver; return its ID."""
    order_id = await world.order(known=False)
    order = await world.marketplace.get_order(order_id)
    async with world.store.write() as tx:
        await take_in_order(tx, world.shop_id, order, looked_at=world.now, now=world.now)
    if tell:
        await told(world)
    return order_id


async def told(world: World) -> None:
    await Teller(world.store, world.shop_id, now=world.clock.now).tell()
    await world.settle()


async def take_in(world: World, ticket_id: str) -> None:
    ticket = await world.marketplace.get_ticket(ticket_id)
    async with world.store.write() as tx:
        await take_in_ticket(tx, world.shop_id, ticket, looked_at=world.now, now=world.now)
    await told(world)


async def settings(world: World, who: int, *presses: str) -> Any:
    """Open the card and press these buttons; return the card as it is then."""
    await world.says(who, "/settings")
    card = await world.last(who)
    for label in presses:
        await world.presses(who, card, label)
        card = next(m for m in await world.chat(who) if m["message_id"] == card["message_id"])
    return card


async def pushes(world: World, who: int) -> list[tuple[str, bool]]:
    return [
        (each["text"].split("\n")[0], each["silent"])
        for each in await world.from_bot(who)
        if "Order TK" in each["text"] or "TKT" in each["text"]
    ]


async def test_each_kind_of_push_is_loud_silent_or_off_for_each_person(world: World) -> None:
    card = await settings(world, ANN, "Pushes", "new orders: as usual")
    assert card["text"].startswith("Now 12:04 · new orders: loud")
    await news(world)
    await world.presses(ANN, card, "new orders: loud")
    first = await news(world)
    for who, silent in ((ANN, [False, True]), (BEN, [False, False])):
        assert [each[1] for each in await pushes(world, who)] == silent
    assert await world.number(first) in (await pushes(world, ANN))[1][0]

    card = await settings(world, ANN, "Pushes", "new orders: silent")
    assert card["text"].startswith("Now 12:04 · new orders: off")
    await news(world)
    assert len(await pushes(world, ANN)) == 2
    assert len(await pushes(world, BEN)) == 3
    # The next press is the usual again, and the row is gone.
    await world.presses(ANN, card, "new orders: off")
    assert await world.rows("select * from preferences") == []


async def test_quiet_hours_take_the_sound_and_end_with_one_message(world: World) -> None:
    card = await settings(world, ANN, "Quiet hours", "Other hours")
    await world.says(ANN, "all night")
    assert "like 23:00-08:00" in (await world.last(ANN))["text"]
    await world.says(ANN, "12-14")
    card = next(m for m in await world.chat(ANN) if m["message_id"] == card["message_id"])
    assert card["text"].startswith("Now 12:04 · Quiet hours: 12:00–14:00")
    assert any(m["text"] == "Now 12:04 · Quiet hours: 12:00–14:00" for m in await world.chat(ANN))

    await settings(world, ANN, "Reminders", "off")
    order = await news(world)
    ticket = await world.ticket(order, known=False)
    await take_in(world, ticket)
    assert [silent for _, silent in await pushes(world, ANN)] == [True, True]
    assert [silent for _, silent in await pushes(world, BEN)] == [False, False]
    # The buyer's next text is a message of its own, however many cards there are; a moderator
    # is loud even now.
    before = len(await world.from_bot(ANN))
    await world.control(f"/tickets/{ticket}/write", text="Still broken")
    await take_in(world, ticket)
    assert len(await world.from_bot(ANN)) == before + 1
    assert (await world.last(ANN))["silent"]
    assert "Still broken" in (await world.last(ANN))["text"]
    await world.control(f"/tickets/{ticket}/invite-admin")
    await take_in(world, ticket)
    assert "A moderator joined" in (await world.last(ANN))["text"]
    assert not (await world.last(ANN))["silent"]

    world.clock.advance(HOUR)
    assert await world.reminders.consider() == 1  # Ben's
    world.clock.advance(HOUR)
    await world.reminders.consider()
    await world.settle()
    closing = await world.last(ANN)
    assert "1 order waits since 12:04" in closing["text"]
    assert "1 ticket waits" in closing["text"]
    assert labels(closing)[0] == "Start"
    assert not closing["silent"]
    world.clock.advance(HOUR / 2)
    before = len(await world.from_bot(ANN))
    await world.reminders.consider()
    await world.settle()
    assert len(await world.from_bot(ANN)) == before


@pytest.mark.parametrize(("label", "minutes"), [("5 minutes", [5]), ("1 hour", [60]), ("off", [])])
async def test_reminders_come_after_as_long_as_is_wanted(
    world: World, label: str, minutes: list[int]
) -> None:
    await settings(world, ANN, "Reminders", label)
    await settings(world, BEN, "Reminders", "off")
    await world.order()
    said = []
    for minute in range(5, 65, 5):
        world.clock.advance(300)
        if await world.reminders.consider():
            said.append(minute)
    assert said[:1] == minutes


async def test_the_digest_begins_where_each_person_wants_it(world: World) -> None:
    await settings(world, ANN, "Digest", "more than 3 at once")
    await settings(world, BEN, "Digest", "never")
    for _ in range(9):
        await news(world, tell=False)
    await told(world)
    assert "9 new orders" in (await world.last(ANN))["text"]
    assert await pushes(world, ANN) == []
    assert len(await pushes(world, BEN)) == 9


async def test_the_clock_is_set_by_a_city_and_every_time_goes_by_it(world: World) -> None:
    card = await settings(world, ANN, "Clock", "Change the clock")
    await world.says(ANN, "Atlantis")
    assert "like Berlin or UTC+3" in (await world.last(ANN))["text"]
    await world.says(ANN, "tokyo")
    card = next(m for m in await world.chat(ANN) if m["message_id"] == card["message_id"])
    assert card["text"].startswith("Now 21:04 · Clock: Tokyo")
    await world.says(ANN, "/settings")
    assert "21:04 (Tokyo)" in (await world.last(ANN))["text"]
    assert (await world.person(BEN)).time_zone == ""


async def test_shown_goods_stay_as_long_as_is_wanted(world: World) -> None:
    await settings(world, ANN, "Shown goods stay", "30 seconds")
    order = await world.order()
    await world.control(f"/orders/{order}/deliver", rows=["anna:Hunter2222"])
    world.clock.advance(1)
    await world.see_order(order)
    await world.says(ANN, await world.number(order))
    card = await world.last(ANN)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, card, "Show goods")
    await world.later(1)
    goods = await world.last(ANN)
    assert "goes away after 30 seconds" in goods["text"]
    await world.later(29)
    assert goods["message_id"] in {m["message_id"] for m in await world.chat(ANN)}
    await world.later(1)
    assert goods["message_id"] not in {m["message_id"] for m in await world.chat(ANN)}


async def test_the_marketplaces_absence_is_told_as_each_person_wants(world: World) -> None:
    await settings(world, ANN, "Pushes", "marketplace away: as usual", "marketplace away: loud")
    feeds = {"orders": FeedState()}
    trouble = Trouble(world.store, world.shop_id, feeds, world.clock.now)
    feeds["orders"].ill(world.now, Unavailable(Operation.LIST_ORDERS, "no_answer"))
    world.clock.advance(HOUR)
    await trouble.consider()
    await world.settle()
    assert [(await world.last(who))["silent"] for who in (ANN, BEN)] == [True, False]
    await settings(world, ANN, "Pushes", "marketplace away: silent")
    feeds["orders"].well(world.now)
    await trouble.consider()
    await world.settle()
    assert "answers again" in (await world.last(BEN))["text"]
    assert "answers again" not in (await world.last(ANN))["text"]


async def test_the_currency_is_the_shops_and_stands_at_every_amount_at_once(world: World) -> None:
    await world.becomes(BEN, Role.OPERATOR)
    number = await world.number(await world.order())
    await world.says(BEN, number)
    assert "$" in (await world.last(BEN))["text"]
    card = await settings(world, ANN, "Currency")
    assert "No amount is converted" in card["text"]
    await world.presses(ANN, card, "EUR")
    card = await world.last(ANN)
    assert "Now 12:04 · Currency: EUR" in card["text"]
    assert "· EUR ·" in labels(card)
    await world.says(BEN, number)
    assert "8.90 EUR" in (await world.last(BEN))["text"]
    assert "EUR" not in labels(await settings(world, BEN, "Currency"))
    await world.forges(BEN, (await world.last(BEN))["message_id"], "sv:currency:usd")
    assert await world.rows("select currency from shop_settings") == [("EUR",)]
    await world.presses(ANN, card, "Another currency")
    for written, said in (("€", "three to five letters, like EUR"), ("usdt", "Currency: USDT")):
        await world.says(ANN, written)
        assert any(said in each["text"] for each in (await world.from_bot(ANN))[-3:])
    assert await world.rows("select currency, low_stock from shop_settings") == [("USDT", 5)]


async def test_the_bound_of_low_stock_is_the_shops_and_only_an_owner_sets_it(world: World) -> None:
    card = await settings(world, ANN, "Low stock", "10 or fewer")
    assert card["text"].startswith("Now 12:04 · Low stock: 10 or fewer")
    await world.becomes(BEN, Role.OPERATOR)
    card = await settings(world, BEN, "Low stock")
    assert "Low stock: 10 or fewer" in card["text"]
    assert labels(card) == ["Back"]
    await world.forges(BEN, card["message_id"], "sv:stock:3")
    assert "Your role in this shop does not allow this" in (await world.last(BEN))["text"]
    await world.forges(BEN, card["message_id"], "sy:low_stock")
    assert await world.rows("select low_stock from shop_settings") == [(10,)]
    assert await world.rows("select deed from audit") == [("low_stock_set",)]


@pytest.mark.parametrize(
    "data",
    [
        *("sv:push.orders:shouting", "sv:push.nothing:loud", "sv:quiet:9900-0800", "sv:quiet:now"),
        *("sv:reminders:1", "sv:digest:0", "sv:digest:99", "sv:goods:999999", "sv:nothing:1"),
        *("sv:reminders:-5", "sv:stock:x", "sy:deliver"),
    ],
)
async def test_a_button_that_was_never_ours_changes_nothing(world: World, data: str) -> None:
    card = await settings(world, ANN)
    await world.forges(ANN, card["message_id"], data)
    assert await world.rows("select person_id from preferences") == []
    assert await world.rows("select person_id from person_settings") == []
    assert await world.rows("select shop_id from shop_settings") == []
    assert await world.rows("select id from drafts") == []
    *_, there, said = await world.from_bot(ANN)
    assert shown(card) == shown(there)
    assert said["text"] == "This button no longer works; nothing was done."


async def test_a_prompt_is_cancelled_and_says_so(world: World) -> None:
    await settings(world, ANN, "Clock", "Change the clock")
    prompt = await world.last(ANN)
    await world.presses(ANN, prompt, "Cancel")
    prompt = next(m for m in await world.chat(ANN) if m["message_id"] == prompt["message_id"])
    assert prompt["text"] == "Cancelled: nothing was changed."
    await world.says(ANN, "Tokyo")
    assert (await world.person(ANN)).time_zone == ""
