"""What people set and ask for themselves: settings, sales, saved texts."""

from __future__ import annotations

from .scenes import scene
from .studio import Studio


@scene
def settings(studio: Studio) -> None:
    card = studio.ann.sees("Settings", "Quiet hours", after=studio.ann.send("/settings"))
    studio.ann.press(card, "Quiet hours")
    studio.ann.press(studio.ann.sees_in(card, "23:00–08:00"), "23:00–08:00")
    studio.ann.press(studio.ann.sees_in(card, "Now", "Quiet hours: 23:00"), "off")
    studio.ann.press(studio.ann.sees_in(card, "Quiet hours: off"), "Back")
    studio.take(studio.ann.sees_in(card, "Reminders: after"))


@scene
def settings_pushes(studio: Studio) -> None:
    card = studio.ann.sees("Settings", "Pushes", after=studio.ann.send("/settings"))
    studio.ann.press(card, "Pushes")
    label = "delivered, completed, refunded"
    studio.ann.press(studio.ann.sees_in(card, label), label)
    studio.take(studio.ann.sees_in(card, "Now", f"{label}: loud"))
    for shown in ("loud", "silent", "off"):
        studio.ann.press(studio.ann.sees_in(card, f"{label}: {shown}"), label)
    studio.ann.sees_in(card, f"{label}: as usual")


@scene
def settings_summary(studio: Studio) -> None:
    card = studio.ann.sees("Settings", "Summary", after=studio.ann.send("/settings"))
    studio.ann.press(card, "Summary")
    studio.ann.press(studio.ann.sees_in(card, "Summary: off", "08:00"), "08:00")
    studio.take(studio.ann.sees_in(card, "Summary: 08:00"))
    studio.ann.press(card, "off")
    studio.ann.sees_in(card, "Summary: off")


def _side(studio: Studio, name: str, *texts: str) -> None:
    """Take one side of the settings card."""
    card = studio.ann.sees("Settings", name, after=studio.ann.send("/settings"))
    studio.ann.press(card, name)
    studio.take(studio.ann.sees_in(card, *texts))


@scene
def settings_quiet(studio: Studio) -> None:
    _side(studio, "Quiet hours", "Other hours")


@scene
def settings_clock(studio: Studio) -> None:
    _side(studio, "Clock", "Change the clock")


@scene
def settings_low_stock(studio: Studio) -> None:
    _side(studio, "Low stock", "For the whole shop")


@scene
def report(studio: Studio) -> None:
    wrote = studio.ann.send("/report week")
    studio.take(studio.ann.sees("The last 7 days", "Revenue", after=wrote))


@scene
def saved_text(studio: Studio) -> None:
    asked = studio.ann.sees("Saved texts", after=studio.ann.send("/templates"))
    studio.ann.press(asked, "New text")
    studio.ann.sees("Write the text", after=asked["message_id"])
    wrote = studio.ann.send("Sorry! We look into order {order_no} today, {date}.")
    studio.ann.sees("1 of 1", after=wrote)
    order = studio.order("Netflix")
    studio.card(order, "0 of 1 delivered")
    ticket = studio.shop.market(
        "tickets", order_id=order["order_id"], title="Slow", text="When does it come?"
    )
    card = studio.ann.sees(ticket["ticket_no"], "Buyer wrote")
    studio.ann.press(card, "Saved text")
    which = studio.ann.sees("Which text", after=card["message_id"])
    studio.ann.press(which, "Sorry!")
    held = studio.ann.sees("Send now", "Undo", after=card["message_id"])
    studio.take(held)
    studio.ann.press(held, "Undo")
