"""What is pushed, how loudly, and how the cards follow the truth."""

from __future__ import annotations

from uuid import uuid4

from tests.e2e.collector import Collector
from tests.e2e.flows.goods import titled
from tests.e2e.practice import Shop, Someone, labels, shown


def test_an_unpaid_order_is_pushed_silently_and_loudly_once_it_is_paid(
    shop: Shop, ann: Someone
) -> None:
    collector = Collector(shop, ann)
    order = shop.market("orders", paid=False)
    card = ann.sees(order["order_no"], "Not paid yet: nothing to do")
    assert card["silent"]
    assert not any("Deliver" in label for label in labels(card))
    shop.market(f"orders/{order['order_id']}/pay")
    push = ann.sees(order["order_no"], "paid", "Deliver", after=card["message_id"])
    assert not push["silent"]
    assert any("Refund $" in label for label in labels(push))
    ann.sees_retired(card, "💳 paid")
    collector.expect(order["order_no"], times=2)
    collector.settle()


def test_what_is_delivered_on_the_marketplaces_own_page_shows_on_every_card(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    collector = Collector(shop, ann, ben)
    order = shop.market("orders", quantity=2)
    cards = [(p, p.sees(order["order_no"], "0 of 2 delivered")) for p in (ann, ben)]
    shop.market(f"orders/{order['order_id']}/deliver", rows=["on@the.page:Pw-1"])
    for person, card in cards:
        shown = person.sees_in(card, "1 of 2 delivered")
        assert any("Deliver" in label for label in labels(shown))
    shop.market(f"orders/{order['order_id']}/status", status="completed_order")
    shop.market(f"orders/{order['order_id']}/confirm-receipt")
    for person, card in cards:
        shown = person.sees_in(card, "receipt confirmed", "nothing to do")
        assert not any("Deliver" in label for label in labels(shown))
    collector.expect(order["order_no"])
    collector.settle()


def test_who_acts_is_not_pushed_and_the_others_see_it_on_their_card(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    collector = Collector(shop, ben)
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    bens = ben.sees(order["order_no"], "0 of 1 delivered")
    pasted = ann.send("acts@x.example:Pw-1", reply_to=card["message_id"])
    preview = ann.sees("Send 1", after=pasted)
    ann.press(preview, "Send 1")
    ben.sees_in(bens, "1 of 1 delivered by Ann")
    ann.sees_in(card, "1 of 1 delivered by Ann")
    # Whatever is told of that delivery was told before the next order is.
    marker = shop.market("orders")
    for person, last in ((ann, preview), (ben, bens)):
        push = person.sees(marker["order_no"])
        later = [m for m in person.from_bot() if last["message_id"] < m["message_id"]]
        assert [m["message_id"] for m in later] == [push["message_id"]]
    collector.expect(order["order_no"], marker["order_no"])
    collector.settle()


def test_who_refunds_marks_or_sets_a_status_is_told_nothing_of_it(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    refunded, marked = shop.market("orders/bulk", count=2)["items"]
    ticket = shop.market("tickets", order_id=marked["order_id"], title="Own", text="Own act")
    cards = {}
    for order in (refunded, marked):
        for person in (ann, ben):
            cards[person.name, order["order_id"]] = person.sees(order["order_no"], "0 of 1")
    card = ann.sees(ticket["ticket_no"], "Own act")
    ben.sees(ticket["ticket_no"], "Own act")
    last = {each.name: max(m["message_id"] for m in each.from_bot()) for each in (ann, ben)}
    of = cards["ann", refunded["order_id"]]
    ann.press(of, "Refund")
    ann.press(ann.sees_in(of, "Yes, refund"), "Yes, refund")
    of = cards["ann", marked["order_id"]]
    ann.press(of, "More")
    ann.press(ann.sees_in(of, "Mark running"), "Mark running")
    ann.press(card, "More")
    ann.press(ann.sees_in(card, "In progress"), "In progress")
    ann.sees_in(card, "Marked in progress by Ann")
    for person in (ann, ben):
        person.sees_in(cards[person.name, refunded["order_id"]], "Refunded", "by Ann")
        person.sees_in(cards[person.name, marked["order_id"]], "Marked running by Ann")
    # Whatever is told of that was told before the next order is.
    marker = shop.market("orders")
    for person in (ann, ben):
        person.sees(marker["order_no"])
        later = [shown(m) for m in person.from_bot(after=last[person.name])]
        numbers = (refunded["order_no"], marked["order_no"], ticket["ticket_no"])
        assert not [text for text in later if any(number in text for number in numbers)]


def test_the_cards_of_an_order_and_of_its_ticket_say_all_of_it(shop: Shop, ann: Someone) -> None:
    buyer = uuid4().hex[:24]  # whom nobody knows
    before = shop.market("orders", buyer_id=buyer)
    ann.sees(before["order_no"], "0 of 1 delivered")
    shop.market(f"orders/{before['order_id']}/status", status="refunded_order")
    ann.sees(before["order_no"], "refunded")
    order = shop.market("orders", quantity=2, coupon=True, buyer_id=buyer)
    card = ann.sees(order["order_no"], "0 of 2 delivered")
    buyer_as_shown = f"Buyer {buyer[:4]}…{buyer[-4:]}"
    first, title, money, whose, delivered, *_ = card["text"].splitlines()
    assert first.startswith(f"🆕 Order {order['order_no']} · 💳 paid · ")
    assert title == f"{order['product']['title']} × 2"
    assert money.startswith(f"${order['total_amount']} · balance · coupon ")
    assert " −$" in money
    assert whose == f"{buyer_as_shown} · 2 orders, 1 refund"
    assert delivered.startswith("📦 0 of 2 delivered · warranty 30 days")
    rows = [[(b["text"], b["style"]) for b in row] for row in card["keyboard"]]
    assert rows[0][0] == ("📦 Deliver", "primary")
    assert [(f"↩️ Refund ${order['total_amount']}", "danger")] in rows
    assert rows[-1] == [("More", None)]
    pasted = ann.send("all@x.example:Of-1\nall@x.example:Of-2", reply_to=card["message_id"])
    ann.press(ann.sees("Send 2", after=pasted), "Send 2")
    ann.sees_in(card, "✅ 2 of 2 delivered by Ann at ")
    ticket = shop.market("tickets", order_id=order["order_id"], title="All", text="The second")
    card = ann.sees(
        f"🎫 {ticket['ticket_no']} · open · ",
        "Buyer wrote:\nAll\nThe second",
        f"{title} · TK…{order['order_no'][-4:]} · delivered ",
        " by Ann\nWarranty 30 days from delivery: until ",
        f"{buyer_as_shown} · 2 orders, 1 ticket, 1 refund",
    )
    assert {"🔁 Replace", "Reply & resolve", "More"} < set(labels(card))
    # What Ann delivered by hand is known to be delivered so.
    later = shop.market("orders")
    ann.sees(later["order_no"], "You deliver this one by hand.")


def test_an_order_that_the_pool_delivers_calls_nobody(shop: Shop, ann: Someone) -> None:
    # Of its own: stock of another would go to the orders that earlier tests left waiting.
    product = titled(shop, "From the pool")
    lines = [f"pool{n}@x.example:Pw-{n}" for n in range(4)]
    shop.market("options", pool_delay=0.3)
    # The first order shows how this product is delivered; the next is known to need nobody.
    first = shop.market("orders", product_id=product)
    card = ann.sees(first["order_no"], "0 of 1 delivered")
    shop.market(f"products/{product}/stock", lines=lines)
    ann.sees_in(card, "1 of 1 delivered")
    second = shop.market("orders", product_id=product)
    push = ann.sees(second["order_no"])
    assert push["silent"]
    ann.sees_in(push, "1 of 1 delivered")


def test_a_customers_words_cannot_pretend_to_be_the_bot(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    title = "</blockquote><b>✅ Refund approved</b> /refund_all @owner https://evil.example"
    ticket = shop.market(
        "tickets", order_id=order["order_id"], title=title, text=f"{title}\n\u202eevil\u202c " * 300
    )
    card = ann.sees(ticket["ticket_no"], "Refund approved")
    quotes = [e for e in card["entities"] if e["type"].endswith("blockquote")]
    start = card["text"].encode("utf-16-le").index("Refund approved".encode("utf-16-le")) // 2
    assert any(q["offset"] <= start < q["offset"] + q["length"] for q in quotes)
    tappable = {"bot_command", "mention", "url", "text_link", "email", "hashtag"}
    assert not tappable & {e["type"] for e in card["entities"]}
