"""Tickets: their cards, and what is answered."""

from __future__ import annotations

from typing import Any

from .scenes import scene
from .studio import Studio, by_id


def _ticket(
    studio: Studio,
    text: str,
    title: str = "Wrong password",
    rows: tuple[str, ...] = ("ada.fern@mail.example:Jade-9",),
) -> tuple[Any, Any]:
    order = studio.order("Netflix", quantity=len(rows))
    studio.card(order, "delivered", "Deliver")
    studio.shop.market(f"orders/{order['order_id']}/deliver", rows=[*rows])
    studio.card(order, f"{len(rows)} of {len(rows)} delivered")
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
    studio.take(by_id(wrote), held)
    studio.ann.press(held, "Send now")
    studio.ann.sees_in(held, "Sent by Ann")


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


@scene
def ticket_kept(studio: Studio) -> None:
    _, card = _ticket(studio, "It does not start.", "Does not start")
    studio.shop.trouble("*", "close", times=None)
    wrote = studio.ann.send("I am looking into it.", reply_to=card["message_id"])
    studio.ann.press(studio.ann.sees("Send now", after=wrote), "Send now")
    kept = studio.ann.sees("Send when it is back", after=wrote, seconds=30)
    studio.take(kept)
    studio.shop.no_trouble()
    studio.ann.press(kept, "Discard")


@scene
def replace(studio: Studio) -> None:
    rows = ("kim.lake@mail.example:Ruby-14", "leo.park@mail.example:Ivory-52")
    ticket, card = _ticket(studio, "The second one says wrong password.", rows=rows)
    studio.ann.press(card, "Replace")
    asked = studio.ann.sees("does not work", "2. ", after=card["message_id"])
    studio.ann.press(asked, "2. ")
    studio.ann.sees_in(asked, "Paste")
    pasted = studio.ann.send("mia.stone@mail.example:Umber-88")
    preview = studio.ann.sees("Yes, replace 2 of 2", after=pasted)
    studio.take(by_id(pasted), preview)
    studio.ann.press(preview, "Yes, replace 2 of 2")
    studio.ann.sees(ticket["ticket_no"], "resolved")


@scene
def ticket_texts(studio: Studio) -> None:
    ticket, card = _ticket(studio, "It plays in the wrong language.", "Language")
    wrote = studio.ann.send("You can change it in its settings.", reply_to=card["message_id"])
    studio.ann.press(studio.ann.sees("Send now", after=wrote), "Send now")
    studio.ann.sees_in(card, ticket["ticket_no"], "change it", seconds=20)
    studio.shop.market(f"tickets/{ticket['ticket_id']}/write", text="Found it, thank you!")
    studio.ann.sees(ticket["ticket_no"], "Found it", after=wrote)
    orders = studio.shop.state()["orders"]
    order = next(one for one in orders if one["order_id"] == ticket["order_id"])
    card = studio.ann.sees("More", "Refund", after=studio.ann.send(order["order_no"]))
    studio.ann.press(card, "More")
    studio.ann.press(studio.ann.sees_in(card, "All texts"), "All texts")
    studio.take(studio.ann.sees("All texts about", "1/1"))
