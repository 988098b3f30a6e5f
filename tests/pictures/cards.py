"""Every kind of card, cut out of the chat."""

from __future__ import annotations

from .scenes import scene
from .studio import Studio


@scene
def order_new(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2)
    studio.take(studio.card(order, "0 of 2 delivered"))


@scene
def order_delivering(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2)
    card = studio.card(order, "0 of 2 delivered")
    pasted = studio.ann.send(
        "lena.fox@mail.example:Maple-41-river\ntom.birch@mail.example:Cobalt-77-lake",
        reply_to=card["message_id"],
    )
    preview = studio.ann.sees("Send 2", after=pasted)
    studio.take({"message_id": pasted}, preview)


@scene
def order_delivered(studio: Studio) -> None:
    order = studio.order("Netflix", quantity=2)
    card = studio.card(order, "0 of 2 delivered")
    pasted = studio.ann.send(
        "ida.moss@mail.example:Amber-12-stone\nkai.reed@mail.example:Violet-90-sand",
        reply_to=card["message_id"],
    )
    preview = studio.ann.sees("Send 2", after=pasted)
    studio.ann.press(preview, "Send 2")
    studio.take(studio.ann.sees_in(card, "2 of 2 delivered by Ann"))


@scene
def ticket_new(studio: Studio) -> None:
    order = studio.order("Netflix")
    ticket = studio.shop.market(
        "tickets",
        order_id=order["order_id"],
        title="Wrong password",
        text="Hello, it says wrong password since this morning.",
    )
    studio.take(studio.ann.sees(ticket["ticket_no"], "Buyer wrote"))
