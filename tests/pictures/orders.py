"""Orders: their cards, previews and questions."""

from __future__ import annotations

from .scenes import scene
from .studio import Studio, by_id

TWO = "lena.fox@mail.example:Maple-41-river\ntom.birch@mail.example:Cobalt-77-lake"


@scene
def order_new(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2, coupon=True)
    studio.take(studio.card(order, "0 of 2 delivered"))


@scene
def order_unpaid(studio: Studio) -> None:
    order = studio.order("YouTube", paid=False)
    studio.take(studio.card(order, "Not paid yet"))


@scene
def order_from_the_pool(studio: Studio) -> None:
    studio.shop.market("options", pool_delay=600)
    order = studio.order("Disney")
    studio.take(studio.card(order, "0 of 1 delivered"))
    studio.shop.market("options", pool_delay=3)


@scene
def deliver_by_reply(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2)
    card = studio.card(order, "0 of 2 delivered")
    pasted = studio.ann.send(TWO, reply_to=card["message_id"])
    studio.take(by_id(pasted), studio.ann.sees("Send 2", after=pasted))


@scene
def deliver_done(studio: Studio) -> None:
    order = studio.order("Netflix")
    card = studio.card(order, "0 of 1 delivered")
    pasted = studio.ann.send("ida.moss@mail.example:Amber-12", reply_to=card["message_id"])
    preview = studio.ann.sees("Send 1", after=pasted)
    studio.ann.press(preview, "Send 1")
    studio.ann.sees_in(preview, "1 of 1 delivered by Ann")
    studio.take(studio.ann.sees_in(card, "1 of 1 delivered by Ann"))


@scene
def deliver_a_file(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2)
    card = studio.card(order, "0 of 2 delivered")
    sent = studio.file("goods.txt", TWO, reply_to=card["message_id"])
    studio.take(by_id(sent), studio.ann.sees("Send 2", after=sent))


@scene
def deliver_by_button(studio: Studio) -> None:
    order = studio.order("Netflix")
    card = studio.card(order, "0 of 1 delivered")
    studio.ann.press(card, "Deliver")
    prompt = studio.ann.sees("Paste the goods", order["order_no"], after=card["message_id"])
    studio.take(prompt)
    studio.ann.press(prompt, "Cancel")


@scene
def deliver_a_part(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2)
    card = studio.card(order, "0 of 2 delivered")
    pasted = studio.ann.send("max.oak@mail.example:River-55", reply_to=card["message_id"])
    studio.take(by_id(pasted), studio.ann.sees("Send 1 now, 1 still owed", after=pasted))


@scene
def deliver_split(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2)
    card = studio.card(order, "0 of 2 delivered")
    goods = "user: zoe.pine\npass: Onyx-31\npin: 4411\nuser: ray.elm\npass: Opal-62\npin: 9020"
    pasted = studio.ann.send(goods, reply_to=card["message_id"])
    preview = studio.ann.sees("Split differently", after=pasted)
    studio.ann.press(preview, "Split differently")
    studio.take(by_id(pasted), studio.ann.sees_in(preview, "2 units of 3 lines"))


@scene
def goods_without_an_order(studio: Studio) -> None:
    studio.card(studio.order("Netflix"), "0 of 1 delivered")
    pasted = studio.ann.send("sam.ash@mail.example:Topaz-18")
    asked = studio.ann.sees("For which order?", after=pasted)
    studio.take(by_id(pasted), asked)
    studio.ann.press(asked, "Discard")


@scene
def goods_for_a_complete_order(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2)
    card = studio.card(order, "0 of 2 delivered")
    studio.shop.market(f"orders/{order['order_id']}/deliver", rows=TWO.splitlines())
    card = studio.card(order, "2 of 2 delivered")
    pasted = studio.ann.send("uma.reed@mail.example:Slate-64", reply_to=card["message_id"])
    asked = studio.ann.sees("Nothing is owed", "Replace", after=pasted)
    studio.take(by_id(pasted), asked)
    studio.ann.press(asked, "Discard")


@scene
def goods_sent_before(studio: Studio) -> None:
    goods = "eva.hill@mail.example:Coral-73"
    for turn in range(2):
        order = studio.order("Netflix")
        card = studio.card(order, "0 of 1 delivered")
        pasted = studio.ann.send(goods, reply_to=card["message_id"])
        preview = studio.ann.sees("Send 1", after=pasted)
        if turn == 0:
            studio.ann.press(preview, "Send 1")
            studio.ann.sees_in(card, "1 of 1 delivered by Ann")
    studio.take(by_id(pasted), preview)


@scene
def refund_asked(studio: Studio) -> None:
    card = studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.ann.press(card, "Refund")
    studio.take(studio.ann.sees_in(card, "Yes, refund"))


@scene
def refund_done(studio: Studio) -> None:
    card = studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.ann.press(card, "Refund")
    studio.ann.press(studio.ann.sees_in(card, "Yes, refund"), "Yes")
    studio.take(studio.ann.sees_in(card, "Refunded"))


@scene
def order_more(studio: Studio) -> None:
    card = studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.ann.press(card, "More")
    studio.take(studio.ann.sees_in(card, "Mark running"))


@scene
def answer_lost(studio: Studio) -> None:
    card = studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.ann.press(card, "Refund")
    studio.shop.trouble("refund_order", "cut")
    studio.shop.trouble("reads", "latency", seconds=5, times=None)
    studio.ann.press(studio.ann.sees_in(card, "Yes, refund"), "Yes")
    studio.take(studio.ann.sees_in(card, "Checking", seconds=30))
    studio.shop.no_trouble()


@scene
def order_asks_how(studio: Studio) -> None:
    order = studio.order("Office")
    studio.take(studio.card(order, "By hand", "From the pool"))


@scene
def goods_shown(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2)
    card = studio.card(order, "0 of 2 delivered")
    studio.shop.market(f"orders/{order['order_id']}/deliver", rows=TWO.splitlines())
    card = studio.card(order, "2 of 2 delivered", "More")
    studio.ann.press(card, "More")
    studio.ann.press(studio.ann.sees_in(card, "Show goods"), "Show goods")
    studio.take(studio.ann.sees("Copy 1", "Copy 2"))


@scene
def marketplace_away(studio: Studio) -> None:
    card = studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.shop.trouble("*", "close", times=None)
    studio.ann.press(card, "Refund")
    asked = studio.ann.sees_in(card, "Yes, refund")
    studio.ann.press(asked, "Yes")
    studio.take(studio.ann.sees_in(card, "⚠️", seconds=30))
    studio.shop.no_trouble()


@scene
def buyer_note(studio: Studio) -> None:
    card = studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.ann.press(card, "More")
    studio.ann.press(studio.ann.sees_in(card, "Good buyer"), "Good buyer")
    studio.ann.press(studio.ann.sees_in(card, "⭐ Buyer", "More"), "More")
    studio.ann.press(studio.ann.sees_in(card, "Note on the buyer"), "Note on the buyer")
    studio.ann.sees("note", "Cancel", after=card["message_id"])
    studio.ann.send("Pays late, always kind.")
    studio.take(studio.ann.sees_in(card, "Pays late, always kind."))
