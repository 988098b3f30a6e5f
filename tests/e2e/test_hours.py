"""What takes minutes, hours or a day: the next life of the bot has a clock that is so far ahead."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .flows.goods import titled
from .practice import ANN, Bot, Shop, Someone, labels, running, shown, until

A_DAY = 24 * 60


def quiet_from_now(ann: Someone, *, minutes: int) -> None:
    """Set quiet hours that began an hour ago and end in so many minutes."""
    now = datetime.now(UTC)
    hours = (now - timedelta(hours=1), now + timedelta(minutes=minutes))
    card = ann.sees("Settings", "Quiet hours", after=ann.send("/settings"))
    ann.press(card, "Quiet hours")
    ann.press(ann.sees_in(card, "Other hours"), "Other hours")
    ann.sees("nothing is to make a sound", after=card["message_id"])
    ann.send("-".join(f"{hour:%H:%M}" for hour in hours))
    ann.sees_in(card, f"{hours[1]:%H:%M}")


def test_quiet_hours_make_loud_ones_silent_but_a_moderator_and_end_with_one_message(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN), TIME_ZONE="UTC")
    with running(bot):
        ann.sees("atching")
        quiet_from_now(ann, minutes=5)
        order = shop.market("orders")
        assert ann.sees(order["order_no"], "0 of 1 delivered")["silent"]
        ticket = shop.market("tickets", order_id=order["order_id"], title="T", text="Hello?")
        card = ann.sees(ticket["ticket_no"], "Hello?")
        assert card["silent"]
        shop.market(f"tickets/{ticket['ticket_id']}/invite-admin")
        joined = ann.sees(ticket["ticket_no"], "moderator joined", after=card["message_id"])
        assert not joined["silent"]
        bot.end()
        bot.ahead = 10  # minutes: nothing is reminded of before fifteen
        bot.start()
        closing = ann.sees(
            "1 order waits since", "1 ticket waits for an answer", after=joined["message_id"]
        )
        assert not closing["silent"]
        assert "Start" in labels(closing)
        # What is loud sounds again, and that one message is all that was said of the rest.
        later = shop.market("orders")
        push = ann.sees(later["order_no"], "0 of 1 delivered", after=joined["message_id"])
        assert not push["silent"]
        told = [m["message_id"] for m in ann.from_bot(after=joined["message_id"])]
        assert told == [closing["message_id"], push["message_id"]]


def their_own_clock(shop: Shop, ann: Someone, ben: Someone) -> Any:
    """Let Ann live in Tokyo; return an order that each of them reads by their own clock."""
    card = ann.sees("Settings", "Clock", after=ann.send("/settings"))
    ann.press(card, "Clock")
    ann.press(ann.sees_in(card, "Change the clock"), "Change the clock")
    ann.sees("Write your city", "Cancel", after=card["message_id"])
    ann.send("Tokyo")
    ann.sees_in(card, "Clock: Tokyo")
    order = shop.market("orders")
    placed = datetime.fromisoformat(order["created_at"])
    for person, ahead in ((ann, 9), (ben, 0)):
        clock = f"{placed + timedelta(hours=ahead):%H:%M}"
        push = person.sees(order["order_no"], "0 of 1 delivered")
        assert clock in push["text"].splitlines()[0]
        listed = person.sees("Orders that wait for you", after=person.send("/orders"))
        assert f"{order['product']['title']} ×1 · ${order['total_amount']} · {clock}" in labels(
            listed
        )
    return order


def as_loud_as_they_want(shop: Shop, ann: Someone, order: Any) -> None:
    """Have tickets pushed silently, then not at all; what is told later is an order."""
    card = ann.sees("Settings", "Pushes", after=ann.send("/settings"))
    ann.press(card, "Pushes")
    for wish in ("silent", "off"):
        while f"tickets: {wish}" not in labels(side := ann.sees_in(card, "tickets: ")):
            pressed = next(label for label in labels(side) if label.startswith("tickets: "))
            ann.press(side, pressed)
            until(lambda before=pressed: before not in labels(ann.sees_in(card)))  # type: ignore[misc]
        text = f"It is to be {wish}"
        ticket = shop.market("tickets", order_id=order["order_id"], title="T", text=text)
        if wish == "silent":
            assert ann.sees(ticket["ticket_no"], text)["silent"]
    later = shop.market("orders")
    shop.person("ben").sees(ticket["ticket_no"])
    push = ann.sees(later["order_no"], "0 of 1 delivered")
    assert not push["silent"]
    assert not [m for m in ann.from_bot() if text in shown(m)]


def menu(someone: Someone) -> dict[str, str]:
    """Return what the phone's own menu says of each command."""
    chat = someone.shop.call("GET", f"/telegram/control/chat?as={someone.name}")
    return {each["command"]: each["description"] for each in chat["commands"]}


def their_own_language(ann: Someone, ben: Someone, card: Any) -> None:
    """Let Ann read Spanish for a while: her phone's menu does, and the line that is pinned.

    The marketplace is away, which that line says.
    """
    ann.press(card, "Language")
    for language, start, line in (
        ("Español", "Empezar y ver qué hay en espera", "sin consultar desde "),
        ("English", "Start, and see what waits", "not checked since "),
    ):
        ann.press(ann.sees_in(card, language), language)
        until(lambda start=start: menu(ann).get("start") == start)  # type: ignore[misc]
        until(lambda line=line: line in ann.pinned()["text"])  # type: ignore[misc]
        assert set(menu(ann)) == set(menu(ben))
    assert ann.pinned()["text"].startswith("⚠️ ")


def away_and_back(shop: Shop, bot: Bot, ann: Someone, ben: Someone) -> None:
    """Let the marketplace be away: loud for Ann, silent in Ben's quiet hours, told once each."""
    card = ann.sees("Settings", "Language", after=ann.send("/settings"))
    shop.trouble("*", "status", status=503, times=None)
    until(lambda: "a look failed" in bot.said())
    bot.a_minute_passes()
    told = [person.sees("⚠️", "has not answered since") for person in (ann, ben)]
    assert [message["silent"] for message in told] == [False, True]
    their_own_language(ann, ben, card)
    shop.no_trouble()
    for person, message in zip((ann, ben), told, strict=True):
        assert person.sees("answers again", after=message["message_id"])["silent"]
    # Once each: what is told next is another order.
    later = shop.market("orders")
    for person, message in zip((ann, ben), told, strict=True):
        push = person.sees(later["order_no"], after=message["message_id"])
        since = [m["message_id"] for m in person.from_bot(message["message_id"] - 1)]
        assert len(since) == 3
        assert since[-1] == push["message_id"]


def test_each_has_their_own_clock_and_loudness_and_hears_once_that_the_marketplace_is_away_and_back(
    shop: Shop, tmp_path: Path, ann: Someone, ben: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, TIME_ZONE="UTC", DELETE_PASTES="false")
    with running(bot):
        for person in (ann, ben):
            assert "Watching; nothing waits." in person.sees("atching")["text"]
        order = their_own_clock(shop, ann, ben)
        as_loud_as_they_want(shop, ann, order)
        quiet_from_now(ben, minutes=30)
        away_and_back(shop, bot, ann, ben)
        # Where pastes are kept in the chat, they are marked as taken.
        pasted = ann.send("kept@x.example:Pw-1", reply_to=ann.sees(order["order_no"])["message_id"])
        ann.has(pasted, "👀")
        ann.press(ann.sees("Send 1", after=pasted), "Send 1")
        ann.has(pasted, "👍")
        ann.edit(pasted, "kept@x.example:Pw-2")
        ann.sees("Delivered already; the edit did not change what the buyer got.", after=pasted)
        assert shop.order(order["order_id"])["delivered_rows"] == ["kept@x.example:Pw-1"]


def of_the_pool(shop: Shop, ann: Someone) -> tuple[Any, Any, str]:
    """Return an order that the pool should deliver and will not, its card, and by when."""
    product = titled(shop, "From the pool")
    shop.market("options", pool_delay=0.3)
    first = shop.market("orders", product_id=product)
    card = ann.sees(first["order_no"], "0 of 1 delivered")
    shop.market(f"products/{product}/stock", lines=["pool@x.example:Pw-1"])
    ann.sees_in(card, "1 of 1 delivered")
    order = shop.market("orders", product_id=product)
    said = "Usually delivered from the pool: you will hear if nothing has arrived by "
    silent = ann.sees(order["order_no"], said)
    assert silent["silent"]
    [by] = re.findall(r"\d\d:\d\d", silent["text"].partition(said)[2])[:1]
    return order, silent, by


def test_then_one_hears_of_the_pool_no_text_is_swallowed_and_the_warranty_is_over(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    shop.market("options", approval="pending")
    new = titled(shop, "Of another week")
    shop.market("options", approval="approved")
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN), TIME_ZONE="UTC")
    with running(bot):
        ann.sees("atching")
        waits = ann.sees("Of another week", "approval “pending”", after=ann.send(f"/product {new}"))
        late, silent, by = of_the_pool(shop, ann)
        old = shop.market("orders")
        card = ann.sees(old["order_no"], "0 of 1 delivered")
        pasted = ann.send("old@x.example:Pw-1", reply_to=card["message_id"])
        ann.press(ann.sees("Send 1", after=pasted), "Send 1")
        card = ann.sees_in(card, "1 of 1 delivered by Ann")
        ann.press(card, "More")
        ann.press(ann.sees_in(card, "Show goods"), "Show goods")
        goods = ann.sees("old@x.example:Pw-1", "Hide", after=card["message_id"])
        ticket = shop.market("tickets", order_id=old["order_id"], title="Old", text="It broke")
        complaint = ann.sees(ticket["ticket_no"], "It broke")
        ann.press(complaint, "Reply")
        answer = ann.sees("Write the answer", ticket["ticket_no"], after=complaint["message_id"])
        bot.end()

        shop.market(f"products/{new}/approve")
        bot.ahead = 31  # minutes: a draft lasts thirty, and shown goods one
        bot.start()
        said = ("The pool had not delivered by ", f"{by}: deliver it by hand.")
        loud = ann.sees(late["order_no"], *said, "Deliver", after=silent["message_id"])
        assert not loud["silent"]
        ann.sees_gone(goods["message_id"])
        # A product that was approved is no push: its card says it.
        assert "approval" not in ann.sees_in(waits, "approved")["text"]
        assert not [m for m in ann.from_bot(waits["message_id"]) if "another week" in shown(m)]
        ann.sees_in(answer, "did not come in time")
        ann.sees("/help", after=ann.send("good morning"))
        ann.press(loud, "Deliver")
        prompt = ann.sees("Paste the goods", late["order_no"], after=answer["message_id"])
        bot.end()

        bot.ahead = 31 * A_DAY  # the warranty is of thirty days
        bot.start()
        ann.sees_in(prompt, "did not come in time")
        asked = ann.sees("For which order?", after=ann.send("next@x.example:Day-1"))
        ann.press(asked, "Discard")
        ann.sees_in(asked, "Discarded: nothing was sent")
        # Outside the warranty a replacement is warned of, and still allowed.
        complaint = ann.sees("It broke", "Replace", after=ann.send(ticket["ticket_no"]))
        ann.press(complaint, "Replace")
        ann.sees("Paste the new one", after=complaint["message_id"])
        pasted = ann.send("new@x.example:Pw-2")
        preview = ann.sees("⚠️ Outside the warranty of ", "Yes, replace", after=pasted)
        assert shop.changes("ticket_reply") == []
        ann.press(preview, "Yes, replace")
        ann.sees_in(preview, "replaced by Ann")
        rows = ["old@x.example:Pw-1", "new@x.example:Pw-2"]
        assert shop.order(old["order_id"])["delivered_rows"] == rows
        assert shop.order(late["order_id"])["delivered_rows"] == []
