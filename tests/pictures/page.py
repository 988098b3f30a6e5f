"""The page itself: on a phone, and on a desktop."""

from __future__ import annotations

from playwright.sync_api import Page

from .scenes import scene
from .studio import Studio


def _a_busy_minute(studio: Studio) -> None:
    """Let an order be delivered, a buyer complain, and another order come."""
    order = studio.order("Netflix")
    card = studio.card(order, "0 of 1 delivered")
    pasted = studio.ann.send("nina.wolf@mail.example:Pearl-27", reply_to=card["message_id"])
    studio.ann.press(studio.ann.sees("Send 1", after=pasted), "Send 1")
    studio.ann.sees_in(card, "1 of 1 delivered by Ann")
    ticket = studio.shop.market(
        "tickets", order_id=order["order_id"], title="Which profile?", text="Which one is mine?"
    )
    card = studio.ann.sees(ticket["ticket_no"], "Buyer wrote")
    wrote = studio.ann.send("The second one, “Guest”.", reply_to=card["message_id"])
    studio.ann.press(studio.ann.sees("Send now", after=wrote), "Send now")
    studio.ann.sees("Sent by Ann", after=wrote)
    studio.card(studio.order("Netflix", quantity=2), "0 of 2 delivered")


@scene
def phone_chat(studio: Studio) -> None:
    _a_busy_minute(studio)
    studio.phone()


@scene
def phone_marketplace(studio: Studio) -> None:
    _a_busy_minute(studio)
    studio.phone(side="#market")


@scene
def phone_commands(studio: Studio) -> None:
    studio.phone(lambda page: page.get_by_test_id("commands-menu").click())


@scene
def desktop(studio: Studio) -> None:
    _a_busy_minute(studio)
    studio.desktop()


@scene
def desktop_two_people(studio: Studio) -> None:
    _a_busy_minute(studio)

    def both(page: Page) -> None:
        page.get_by_test_id("second-switch").click()
        page.frame_locator("iframe").get_by_test_id("message").last.wait_for()

    studio.desktop(both)
