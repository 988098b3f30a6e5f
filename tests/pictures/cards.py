"""Every kind of card, cut out of the chat."""

from __future__ import annotations

from typing import Any

from tests.e2e.practice import shown, until

from .scenes import scene
from .studio import Studio

TWO = "lena.fox@mail.example:Maple-41-river\ntom.birch@mail.example:Cobalt-77-lake"


def _of(message_id: int) -> dict[str, int]:
    return {"message_id": message_id}


# --- orders -------------------------------------------------------------------------------------


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
    studio.take(_of(pasted), studio.ann.sees("Send 2", after=pasted))


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
    studio.take(_of(sent), studio.ann.sees("Send 2", after=sent))


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
    studio.take(_of(pasted), studio.ann.sees("Send 1 now, 1 still owed", after=pasted))


@scene
def deliver_split(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2)
    card = studio.card(order, "0 of 2 delivered")
    goods = "user: zoe.pine\npass: Onyx-31\npin: 4411\nuser: ray.elm\npass: Opal-62\npin: 9020"
    pasted = studio.ann.send(goods, reply_to=card["message_id"])
    preview = studio.ann.sees("Split differently", after=pasted)
    studio.ann.press(preview, "Split differently")
    studio.take(_of(pasted), studio.ann.sees_in(preview, "2 units of 3 lines"))


@scene
def goods_without_an_order(studio: Studio) -> None:
    studio.card(studio.order("Netflix"), "0 of 1 delivered")
    pasted = studio.ann.send("sam.ash@mail.example:Topaz-18")
    asked = studio.ann.sees("For which order?", after=pasted)
    studio.take(_of(pasted), asked)
    studio.ann.press(asked, "Discard" if "Discard" in shown(asked) else "Cancel")


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
    studio.take(_of(pasted), preview)


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


# --- tickets ------------------------------------------------------------------------------------


def _ticket(studio: Studio, text: str, title: str = "Wrong password") -> tuple[Any, Any]:
    order = studio.order("Netflix")
    studio.card(order, "0 of 1 delivered")
    studio.shop.market(f"orders/{order['order_id']}/deliver", rows=["ada.fern@mail.example:Jade-9"])
    studio.card(order, "1 of 1 delivered")
    ticket = studio.shop.market("tickets", order_id=order["order_id"], title=title, text=text)
    return ticket, studio.ann.sees(ticket["ticket_no"], "Buyer wrote")


@scene
def ticket_new(studio: Studio) -> None:
    _, card = _ticket(studio, "Hello, since this morning it says wrong password.")
    studio.take(card)


@scene
def ticket_answer(studio: Studio) -> None:
    _, card = _ticket(studio, "It asks me for a phone number. What now?", "Verification")
    answer = "Sorry for that: press “Later” there, it asks only once."
    wrote = studio.ann.send(answer, reply_to=card["message_id"])
    held = studio.ann.sees("Send now", "Undo", after=wrote)
    studio.take(_of(wrote), held)
    studio.ann.press(held, "Send now")
    until(lambda: "Undo" not in shown(studio.ann.sees_in(held, "")))


@scene
def ticket_answered(studio: Studio) -> None:
    ticket, card = _ticket(studio, "Which language is it?", "A question")
    wrote = studio.ann.send("English; you can change it.", reply_to=card["message_id"])
    studio.ann.press(studio.ann.sees("Send now", after=wrote), "Send now")
    studio.take(studio.ann.sees_in(card, ticket["ticket_no"], "change it", seconds=20))


@scene
def ticket_with_a_moderator(studio: Studio) -> None:
    ticket, card = _ticket(studio, "Nobody answers me!", "No answer")
    studio.shop.market(f"tickets/{ticket['ticket_id']}/invite-admin")
    after = card["message_id"]
    studio.take(studio.ann.sees(ticket["ticket_no"], "moderator", after=after))


# --- lists and what is asked for ----------------------------------------------------------------


@scene
def menu(studio: Studio) -> None:
    studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.take(studio.ann.sees("atching", after=studio.ann.send("/menu")))


@scene
def queue(studio: Studio) -> None:
    studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.take(studio.ann.sees("Skip", after=studio.ann.send("/queue")))


@scene
def orders(studio: Studio) -> None:
    studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.take(studio.ann.sees("Orders that wait", after=studio.ann.send("/orders")))


@scene
def find(studio: Studio) -> None:
    order = studio.order("YouTube")
    studio.card(order, "0 of 1 delivered")
    wrote = studio.ann.send(f"What about {order['order_no']}?")
    studio.take(_of(wrote), studio.ann.sees(order["order_no"], "Refund", after=wrote))


@scene
def balance(studio: Studio) -> None:
    wrote = studio.ann.send("/balance")
    studio.take(_of(wrote), studio.ann.sees("$", after=wrote))


@scene
def health(studio: Studio) -> None:
    wrote = studio.ann.send("/health")
    studio.take(studio.ann.sees("looked at again", after=wrote))


@scene
def help_(studio: Studio) -> None:
    wrote = studio.ann.send("/help")
    studio.take(studio.ann.sees("/orders", after=wrote))


# --- when something is wrong --------------------------------------------------------------------


@scene
def marketplace_away(studio: Studio) -> None:
    card = studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.shop.trouble("*", "close", times=None)
    studio.ann.press(card, "Refund")
    asked = studio.ann.sees_in(card, "Yes, refund")
    studio.ann.press(asked, "Yes")
    studio.take(studio.ann.sees_in(card, "⚠️", seconds=30))
    studio.shop.no_trouble()
