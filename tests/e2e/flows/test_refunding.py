"""Refunds: one question, one call, whoever presses and however often."""

from __future__ import annotations

from tests.e2e.practice import Shop, Someone, data_of, labels


def test_no_restores_the_buttons_and_refunds_nothing(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    before = labels(card)
    ann.press(card, "Refund")
    asked = ann.sees_in(card, "Refund all $", "Yes, refund $")
    assert sorted(labels(asked)) == ["No", f"Yes, refund ${order['total_amount']}"]
    ann.press(asked, "No")
    card = ann.sees_in(card, "Deliver", "Refund $")
    assert labels(card) == before
    # The confirmation that was declined is worth nothing any more.
    ann.answered(ann.forge(card["message_id"], data_of(asked, "Yes")))
    ann.sees("no such command", after=ann.send("/frobnicate"))
    assert shop.api_calls("refund_order", about=order["order_id"]) == []


def test_the_question_says_what_the_buyer_keeps(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders", quantity=2)
    card = ann.sees(order["order_no"], "0 of 2 delivered")
    shop.market(f"orders/{order['order_id']}/deliver", rows=["one@of.two:kept"])
    card = ann.sees_in(card, "1 of 2 delivered")
    ann.press(card, "Refund")
    asked = ann.sees_in(card, "They keep the delivered unit", "no part refunds")
    ann.press(asked, "No")
    ann.sees_in(card, "Deliver")


def test_two_people_pressing_again_and_again_are_one_refund(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    order = shop.market("orders")
    asked = {}
    for person in (ann, ben):
        card = person.sees(order["order_no"], "0 of 1 delivered")
        person.press(card, "Refund")
        asked[person.name] = person.sees_in(card, "Yes, refund")
    shop.trouble("refund_order", "latency", seconds=0.5)
    presses = []
    for _ in range(5):
        for person in (ann, ben):
            message = asked[person.name]
            presses.append((person, person.forge(message["message_id"], data_of(message, "Yes"))))
    assert all(person.answered(press)["answered"] for person, press in presses)
    for person in (ann, ben):
        card = person.sees_in(asked[person.name], "Refunded $", "nothing to do")
        assert not any("Refund" in label or "Deliver" in label for label in labels(card))
    for person in (ann, ben):
        person.sees("no such command", after=person.send("/frobnicate"))
    assert len(shop.api_calls("refund_order", about=order["order_id"])) == 1
    assert len(shop.changes("refund", of=order["order_id"])) == 1


def test_what_the_marketplace_refunded_itself_is_said_truly(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.press(card, "Refund")
    asked = ann.sees_in(card, "Yes, refund")
    # From here on the bot's lists stand still: only the read before the refund can show it.
    shop.trouble("list_orders", "status", times=None, status=503)
    shop.market(f"orders/{order['order_id']}/status", status="refunded_order")
    ann.press(asked, "Yes, refund")
    card = ann.sees_in(card, "refunded", "nothing to do")
    assert not any("Refund" in label for label in labels(card))
    assert shop.api_calls("refund_order", about=order["order_id"]) == []
    assert "by Ann" not in card["text"]


def test_a_refund_and_a_delivery_of_one_order_cannot_both_win(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.press(card, "Refund")
    asked = ann.sees_in(card, "Yes, refund")
    bens = ben.sees(order["order_no"], "0 of 1 delivered")
    pasted = ben.send("race@x.example:Win-1", reply_to=bens["message_id"])
    preview = ben.sees("Send 1", after=pasted)
    shop.trouble("writes", "latency", seconds=0.5, times=2)
    ann.press(asked, "Yes, refund")
    ben.press(preview, "Send 1")
    ben.sees("othing was sent", after=pasted)
    ann.sees_in(card, "Refunded $")
    assert len(shop.changes("refund", of=order["order_id"])) == 1
    assert shop.changes("deliver", of=order["order_id"]) == []
    assert shop.api_calls("update_delivered_info", about=order["order_id"]) == []


def test_the_marketplaces_refusal_is_told_in_its_own_words(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.press(card, "Refund")
    asked = ann.sees_in(card, "Yes, refund")
    shop.trouble("refund_order", "refused", message="Your wallet is on hold")
    ann.press(asked, "Yes, refund")
    ann.sees_in(card, "Not refunded", "Your wallet is on hold", "Refund $")
    assert shop.changes("refund", of=order["order_id"]) == []
