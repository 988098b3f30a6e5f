"""Stopped, killed and started again: nothing is lost, nothing is done or told twice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .collector import Collector, numbers_of
from .practice import ANN, BEN, Bot, Shop, Someone, labels, running, shown, until

if TYPE_CHECKING:
    from sandbox.marketplace.faults import Kind as Fault


def sent_to(someone: Someone) -> list[str]:
    """Return every message to this person as it was when it was sent."""
    chat_id = {"ann": ANN, "ben": BEN}[someone.name]
    return [
        call["params"]["text"]
        for call in someone.shop.telegram_calls("sendMessage")
        if call["ok"] and int(call["params"]["chat_id"]) == chat_id
    ]


def pushes(someone: Someone, number: str) -> int:
    """Return how many messages to this person were about this number when they were sent."""
    return sum(number in text for text in sent_to(someone))


def test_the_first_start_says_what_waits_and_later_starts_what_came_meanwhile(
    shop: Shop, tmp_path: Path, ann: Someone, ben: Someone
) -> None:
    old = shop.market("orders/bulk", count=3)["items"]
    old_ticket = shop.market("tickets", order_id=old[0]["order_id"], title="Old", text="Old one")
    bot = Bot(shop, tmp_path, hasty=True)
    with running(bot):
        for person in (ann, ben):
            watching = person.sees("Watching", "3 orders wait for you", "1 ticket waits for you")
            assert [m["message_id"] for m in person.from_bot()] == [watching["message_id"]]
            line = until(person.pinned, why=bot.said)
            # What is low may be known already: that stands between.
            assert "3 to deliver · 1 ticket · " in line["text"]
        assert bot.end() == 0
        collector = Collector(shop, ann, ben)

        # What comes while nobody looks is announced by the next start, once.
        missed = shop.market("orders/bulk", count=2)["items"]
        ticket = shop.market("tickets", order_id=old[1]["order_id"], title="New", text="New one")
        shop.market(f"orders/{old[2]['order_id']}/status", status="completed_order")
        bot.start()
        for person in (ann, ben):
            for order in missed:
                assert not person.sees(order["order_no"], "Deliver")["silent"]
            person.sees(ticket["ticket_no"], "New one")
        assert bot.end() == 0

        # Started again with nothing new: only what comes next is told, below the same line.
        bot.start()
        assert ann.pinned() is not None
        later = shop.market("orders")
        for person in (ann, ben):
            person.sees(later["order_no"], "Deliver")
            assert [pushes(person, o["order_no"]) for o in (*missed, later)] == [1, 1, 1]
            assert pushes(person, ticket["ticket_no"]) == 1
            assert pushes(person, "Watching") == 1
        # What was there before is history; what happened to it is not. Nothing else was told.
        collector.expect(*numbers_of([*missed, later, old[2], ticket]))
        collector.settle()
        for person in (ann, ben):
            assert [pushes(person, order["order_no"]) for order in old] == [0, 0, 1]
            assert person.sees(old[2]["order_no"], "completed")["silent"]
            assert pushes(person, old_ticket["ticket_no"]) == 0


def test_killed_again_and_again_while_orders_come_no_order_goes_unseen(
    shop: Shop, tmp_path: Path, ann: Someone, ben: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True)
    kills = 2
    with running(bot):
        ann.sees("Watching")
        ben.sees("Watching")
        orders: list[Any] = []
        collector = Collector(shop, ann, ben)
        collector.may_repeat(kills)
        for _ in range(kills):
            orders += shop.market("orders/bulk", count=6)["items"]
            # As soon as one of them is told, the others are under way.
            until(lambda: any(pushes(ann, order["order_no"]) for order in orders[-6:]))  # noqa: B023
            bot.kill()
            bot.start()
        orders.append(shop.market("orders"))
        # A message whose answer was not stored when the bot died may come a second time, and in
        # one chat one message is under way at a time.
        collector.expect(*numbers_of(orders))
        collector.settle()


def test_prompts_questions_and_previews_outlive_a_kill(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))
    with running(bot):
        ann.sees("Watching")
        prompted, asked, previewed = shop.market("orders/bulk", count=3)["items"]
        cards = [ann.sees(o["order_no"], "0 of 1 delivered") for o in (prompted, asked, previewed)]
        pasted = ann.send("kept@x.example:Preview-1", reply_to=cards[2]["message_id"])
        preview = ann.sees("Send 1", previewed["order_no"], after=pasted)
        ann.press(cards[1], "Refund")
        question = ann.sees_in(cards[1], "Yes, refund")
        ann.press(cards[0], "Deliver")
        ann.sees("Paste the goods", prompted["order_no"])
        bot.kill()

        # Pressed while nobody is there to hear it: Telegram keeps it, and it counts once.
        ann.press(question, "Yes, refund")
        ann.press(question, "Yes, refund")
        bot.start()
        ann.sees_in(cards[1], "Refunded $")
        ann.press(preview, "Send 1")
        ann.sees_in(cards[2], "1 of 1 delivered by Ann")
        pasted = ann.send("kept@x.example:Prompt-2")
        second = ann.sees("Send 1", prompted["order_no"], after=pasted)
        ann.press(second, "Send 1")
        ann.sees_in(cards[0], "1 of 1 delivered by Ann")
        assert len(shop.changes("refund")) == len(shop.api_calls("refund_order")) == 1
        assert len(shop.changes("deliver")) == len(shop.api_calls("update_delivered_info")) == 2


def test_what_waits_is_reminded_of_after_15_minutes_with_snooze(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))
    with running(bot):
        ann.sees("atching")
        order = shop.market("orders")
        ticket = shop.market("tickets", order_id=order["order_id"], title="T", text="Hello?")
        ann.sees(order["order_no"], "0 of 1 delivered")
        ann.sees(ticket["ticket_no"], "Hello?")
        bot.end()
        bot.ahead = 16
        bot.start()
        told = ann.sees("1 order waits since", "1 ticket waits for an answer", "Snooze until")
        assert not told["silent"]
        ann.press(told, "Snooze 1 h")
        snoozed = ann.sees_in(told, "Snoozed until")
        assert labels(snoozed) == ["Start", "Orders (1)", "Tickets (1)"]
        ann.press(snoozed, "Start")
        ann.sees("1 of 1", order["order_no"], "Skip", after=told["message_id"])
        bot.end()
        # It is over: what still waits is said again, in the place of the first.
        bot.ahead = 80
        bot.start()
        ann.sees("1 order waits since", "Snooze 1 h", after=told["message_id"])
        ann.sees_gone(told["message_id"])


def test_the_queue_goes_on_after_a_kill_where_it_was(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))
    with running(bot):
        ann.sees("Watching")
        orders = shop.market("orders/bulk", count=3)["items"]
        for order in orders:
            ann.sees(order["order_no"], "0 of 1 delivered")
        queue = ann.sees("1 of 3", after=ann.send("/queue"))
        ann.press(queue, "Skip")
        queue = ann.sees_in(queue, "2 of 3")
        bot.kill()
        bot.start()
        pasted = ann.send("queue@x.example:Pw-1", reply_to=queue["message_id"])
        preview = ann.sees("Send 1", after=pasted)
        ann.press(preview, "Send 1")
        # The same message moves on, and is the last of the chat.
        ann.sees_in(queue, "1 of 1 delivered.", "3 of 3")
        ann.sees_gone(preview["message_id"])
        assert len(shop.changes("deliver")) == 1
        ann.press(queue, "Back")
        ann.sees_in(queue, "1 of 3")


def test_a_press_that_was_taken_before_the_kill_is_carried_out_once(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))
    with running(bot):
        ann.sees("Watching")
        orders = shop.market("orders/bulk", count=2)["items"]
        for order in orders:
            card = ann.sees(order["order_no"], "0 of 1 delivered")
            ann.press(card, "Refund")
            asked = ann.sees_in(card, "Yes, refund")
            # Answered means: it is stored, whether or not anything was done about it yet.
            assert ann.answered(ann.press(asked, "Yes, refund"))["answered"]
            bot.kill()
            bot.start()
            ann.sees_in(card, "Refunded $")
            assert len(shop.changes("refund", of=order["order_id"])) == 1
            assert len(shop.api_calls("refund_order", about=order["order_id"])) == 1


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_what_hung_when_the_bot_was_killed_is_settled_by_reading(
    shop: Shop, tmp_path: Path, ann: Someone, done: bool
) -> None:
    fault: Fault = "hang_after" if done else "hang_before"
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))
    with running(bot):
        ann.sees("Watching")
        first, second = shop.market("orders/bulk", count=2)["items"]
        refunded = ann.sees(first["order_no"], "0 of 1 delivered")
        ann.press(refunded, "Refund")
        question = ann.sees_in(refunded, "Yes, refund")
        delivered = ann.sees(second["order_no"], "0 of 1 delivered")
        goods = "hung@x.example:Pw-1"
        pasted = ann.send(goods, reply_to=delivered["message_id"])
        preview = ann.sees("Send 1", after=pasted)
        shop.trouble("writes", fault, seconds=60, times=2)
        ann.press(question, "Yes, refund")
        ann.press(preview, "Send 1")
        for operation in ("refund_order", "update_delivered_info"):
            until(lambda operation=operation: shop.api_calls(operation))  # type: ignore[misc]
        bot.kill()
        shop.no_trouble()
        bot.start()
        if done:
            ann.sees_in(refunded, "Refunded $")
            ann.sees_in(preview, "1 of 1 delivered")
            assert shop.order(second["order_id"])["delivered_rows"] == [goods]
        else:
            ann.sees_in(refunded, "Checking whether the refund went through")
            ann.sees_in(preview, "Checking")
            read = len(shop.api_calls("get_order"))
            until(lambda: len(shop.api_calls("get_order")) >= read + 2)
            assert "Checking" in shown(ann.sees_in(refunded))
            assert "Checking" in shown(ann.sees_in(preview))
            assert shop.order(second["order_id"])["delivered_rows"] == []
        assert len(shop.changes("refund")) == len(shop.changes("deliver")) == int(done)
        assert len(shop.api_calls("refund_order")) == 1
        assert len(shop.api_calls("update_delivered_info")) == 1


def test_a_held_reply_is_sent_by_the_next_start_once(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))
    with running(bot):
        ann.sees("Watching")
        order = shop.market("orders")
        ticket = shop.market("tickets", order_id=order["order_id"], title="T", text="Hello?")
        card = ann.sees(ticket["ticket_no"], "Hello?")
        wrote = ann.send("Good evening.", reply_to=card["message_id"])
        ann.sees("Good evening.", "Undo", after=wrote)
        bot.kill()
        bot.start()
        # Its message may have come twice: the bot died before it knew of the first.
        ann.sees("Good evening.", "✅ Sent by Ann", after=wrote)
        assert len(shop.changes("ticket_reply")) == len(shop.api_calls("update_ticket")) == 1


def test_sends_whose_answer_got_lost_come_twice_at_most(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))
    with running(bot):
        ann.sees("Watching")
        until(ann.pinned, why=bot.said)  # no send of that is lost instead
        shop.telegram_trouble("sendMessage", "lost", chat=ANN)
        order = shop.market("orders")
        until(lambda: pushes(ann, order["order_no"]) == 2)
        newest = ann.sees(order["order_no"], "Deliver")
        (older,) = [
            m
            for m in ann.from_bot()
            if order["order_no"] in m["text"] and m["message_id"] < newest["message_id"]
        ]
        # The copy that the bot does not know of still works: its buttons say what it is about.
        pasted = ann.send("copy@x.example:Pw-1", reply_to=older["message_id"])
        preview = ann.sees("Send 1", order["order_no"], after=pasted)
        ann.press(preview, "Send 1")
        ann.sees_in(newest, "1 of 1 delivered by Ann")
        assert len(shop.changes("deliver")) == 1
