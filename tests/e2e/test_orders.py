"""Orders, end to end: the chat, the bot and the marketplace's ledger."""

from __future__ import annotations

from .practice import Bot, Shop, Someone, data_of, labels, shown, until


def test_a_paid_order_is_pushed_to_every_owner_as_a_card(
    shop: Shop, bot: Bot, ann: Someone, ben: Someone
) -> None:
    order = shop.market("orders", quantity=2)
    for person in (ann, ben):
        card = person.sees(order["order_no"])
        assert "0 of 2 delivered" in card["text"]
        assert not card["silent"]
        assert any("Deliver" in label for label in labels(card))
        assert any(f"Refund ${order['total_amount']}" in label for label in labels(card))


def test_a_reply_to_the_card_delivers_after_one_tap(
    shop: Shop, bot: Bot, ann: Someone, ben: Someone
) -> None:
    order = shop.market("orders", quantity=2)
    card = ann.sees(order["order_no"])
    bens = ben.sees(order["order_no"])
    pasted = ann.send(
        "first@shop.example:pw-one-1\nsecond@shop.example:pw-two-2", reply_to=card["message_id"]
    )
    preview = ann.sees("Send 2")
    assert "pw-one" not in preview["text"]
    assert preview["reply_to"] == pasted
    ann.press(preview, "Send 2")
    ann.sees_in(preview, "✅")
    ann.sees_in(card, "2 of 2 delivered by Ann")
    ben.sees_in(bens, "2 of 2 delivered by Ann")
    (change,) = shop.changes("deliver")
    assert change["id"] == order["order_id"]
    assert shop.order(order["order_id"])["delivered_rows"] == [
        "first@shop.example:pw-one-1",
        "second@shop.example:pw-two-2",
    ]
    ann.sees_gone(pasted)


def test_a_refund_takes_two_taps_and_happens_once(shop: Shop, bot: Bot, ann: Someone) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"])
    ann.press(card, "Refund")
    asked = ann.sees_in(card, "Refund all", "Yes, refund $")
    yes = data_of(asked, "Yes")
    for _ in range(3):  # the first may take the buttons away before the others come
        ann.forge(asked["message_id"], yes)
    done = ann.sees_in(card, "Refunded")
    assert not any("Refund $" in label for label in labels(done))
    assert len(shop.changes("refund")) == 1
    assert len(shop.api_calls("refund_order")) == 1


def test_a_list_that_fits_one_page_costs_one_call_a_look(
    shop: Shop, bot: Bot, ann: Someone
) -> None:
    order = shop.market("orders")
    ann.sees(order["order_no"])

    def pages() -> list[str]:
        return [call["query"]["page"] for call in shop.api_calls("list_orders")]

    seen = len(pages())
    until(lambda: len(pages()) >= seen + 8)
    # The count may be the page's own length: what stands behind it is looked at once.
    assert pages()[seen + 2 :].count("2") == 0


def test_a_burst_becomes_one_message_that_names_every_number(
    shop: Shop, bot: Bot, ann: Someone
) -> None:
    last = max(m["message_id"] for m in ann.from_bot())
    orders = shop.market("orders/bulk", count=12)["items"]
    digest = ann.sees("new orders", *(order["order_no"] for order in orders), after=last)
    assert not digest["silent"]
    later = shop.market("orders")
    ann.sees(later["order_no"], after=last)
    sent = [m for m in ann.from_bot(after=last) if "Deliver" in shown(m)]
    assert not any(order["order_no"] in shown(m) for m in sent for order in orders)
