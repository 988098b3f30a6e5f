"""Behind More, by button, and in pieces: what a day at the counter has besides the main jobs."""

from __future__ import annotations

from tests.e2e.practice import Shop, Someone, data_of, labels, shown


def test_more_marks_an_order_and_completing_with_units_owed_asks_first(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    order = shop.market("orders", quantity=2)
    card = ann.sees(order["order_no"], "0 of 2 delivered")
    bens = ben.sees(order["order_no"], "0 of 2 delivered")
    ann.press(card, "More")
    more = ann.sees_in(card, "Mark running", "Back")
    assert {"▶️ Mark running", "Mark complete", "Payments", "📦 Product"} <= set(labels(more))
    calls = len(shop.api_calls("list_payments"))
    ann.press(more, "Payments")
    paid = next(p for p in shop.state()["payments"] if p.get("order_id") == order["order_id"])
    ann.sees(f"Payments of order {order['order_no']}", paid["payment_no"][-4:])
    assert len(shop.api_calls("list_payments")) > calls
    ann.press(more, "Mark running")
    ben.sees_in(bens, "running")
    assert shop.order(order["order_id"])["status"] == "running_order"
    ann.press(ann.sees_in(card, "Marked running by Ann", "More"), "More")
    ann.press(ann.sees_in(card, "Mark complete"), "Mark complete")
    asks = ann.sees_in(card, "Mark complete, though 2 units are still owed?")
    assert shop.order(order["order_id"])["status"] == "running_order"
    ann.press(asks, "Yes, mark complete")
    ann.sees_in(card, "Marked complete by Ann")
    assert shop.order(order["order_id"])["status"] == "completed_order"
    assert len(shop.api_calls("change_order_status", about=order["order_id"])) == 2


def test_write_to_buyer_opens_a_ticket_and_more_sets_its_status_without_a_word(
    shop: Shop, ann: Someone
) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.press(card, "Write to buyer")
    ann.sees("Write to the buyer of order", order["order_no"], after=card["message_id"])
    held = ann.sees("Send now", after=ann.send("Please tell me your login"))
    # On a slow machine it may have gone by itself: then there is no such button any more.
    ann.forge(held["message_id"], data_of(held, "Send now"))
    ann.sees_in(held, "Sent by Ann")
    (made,) = [one for one in shop.state()["tickets"] if one["order_id"] == order["order_id"]]
    assert [each["text"] for each in made["thread"]] == ["Please tell me your login"]
    # The order's card leads to that ticket from now on.
    assert "Write to buyer" not in shown(
        ann.sees_in(card, f"🎫 Ticket TKT…{made['ticket_no'][-4:]}")
    )
    ticket = ann.sees("Please tell me your login", "More", after=ann.send(made["ticket_no"]))
    ann.press(ticket, "More")
    ann.press(ann.sees_in(ticket, "In progress"), "In progress")
    ann.sees_in(ticket, "in progress", "by Ann")
    made = shop.ticket(made["ticket_id"])
    assert (made["status"], len(made["thread"])) == ("in_progress", 1)


def test_a_paste_that_telegram_cut_is_joined_and_what_apps_change_is_pointed_out(
    shop: Shop, ann: Someone
) -> None:
    # Of one unit that is owed the whole paste is that unit, however many messages it is.
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    line = f"{order['order_no']}: licence—key, as an app has changed it\n"
    paste = (line * 200)[:6000].strip()
    first = ann.send(paste[:4096], reply_to=card["message_id"])
    ann.send(paste[4096:])
    joined = ann.sees(
        "Put together from 2 messages",
        "Telegram may have changed this; send a .txt.",
        "Send 1",
        after=first,
    )
    ann.press(joined, "Send 1")
    ann.sees_in(card, "1 of 1 delivered by Ann")
    assert shop.order(order["order_id"])["delivered_rows"] == [paste]
