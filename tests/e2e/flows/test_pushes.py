"""What is pushed, how loudly, and how the cards follow the truth."""

from __future__ import annotations

from tests.e2e.collector import Collector
from tests.e2e.flows.goods import titled
from tests.e2e.practice import Shop, Someone, labels


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
