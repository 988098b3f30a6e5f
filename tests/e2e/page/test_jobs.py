"""The five commonest jobs, played by thumb: the real bot, on a phone's screen."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.page.conftest import PATIENCE_MS, Hand, Opener
from tests.e2e.practice import Bot, running, until
from tests.e2e.practice import Shop as Practice
from tests.integration.sandbox_process.conftest import Shop

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page")]
expect.set_options(timeout=PATIENCE_MS)
PHONE = {"width": 390, "height": 844}


class Thumb:
    """What one thumb does on a phone; whatever it reads has to be on the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def turns_to(self, side: str) -> None:
        self.page.get_by_role("tab", name=side).tap()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    def reads(self, *texts: str | re.Pattern[str]) -> Locator:
        """Wait for a message that says all of this, and return the newest."""
        found = self.page.get_by_test_id("message")
        for text in texts:
            found = found.filter(has_text=text)
        newest = found.last
        expect(newest).to_be_in_viewport()
        # A card that is drawn anew just now has no place: it has one when it stands there again.
        box = until(newest.locator(".bubble").bounding_box)
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        return newest

    def taps(self, message: Locator, label: str | re.Pattern[str]) -> None:
        button = message.get_by_test_id("keyboard-button").filter(has_text=label)
        button.tap()

    def replies(self, message: Locator, words: str) -> None:
        # A finger that rests on a message opens its menu; browsers tell it as this event.
        reply = self.page.get_by_role("menuitem", name="Reply")

        def opened() -> bool:
            place = {"clientX": 100, "clientY": 300}
            message.locator(".text").dispatch_event("contextmenu", place)
            return reply.is_visible()

        until(opened)  # not on a card that is drawn anew just then
        reply.tap()
        self.writes(words)

    def writes(self, words: str) -> None:
        self.page.get_by_test_id("composer").fill(words)
        self.page.get_by_test_id("send").tap()


@pytest.fixture
def practice(shop: Shop) -> Iterator[Practice]:
    practice = Practice(shop.url)
    yield practice
    practice.close()


@pytest.fixture
def thumb(open_page: Opener, shop: Shop, hand: Hand) -> Thumb:
    return Thumb(open_page(f"{shop.url}/?hints=off", **PHONE, has_touch=True))


def test_the_five_commonest_jobs_are_done_by_thumb(
    thumb: Thumb, practice: Practice, tmp_path: Path
) -> None:
    page = thumb.page
    market = page.get_by_test_id("market")
    with running(Bot(practice, tmp_path, hasty=True, OWNER_IDS="1001")):
        thumb.reads("atching")

        # A new order is there by itself, and says everything.
        thumb.turns_to("Marketplace")
        market.get_by_test_id("order-pay").first.tap()
        expect(market.get_by_test_id("order-row")).to_have_count(1)
        thumb.turns_to("Chat")
        card = thumb.reads("0 of 1 delivered", "Netflix Premium 1 month", "paid")

        # Deliver it: a reply with the goods, and one tap.
        thumb.replies(card, "lena.fox@mail.example:Maple-41")
        thumb.taps(thumb.reads("le•••41"), "Send 1")
        thumb.reads("1 of 1 delivered by Ann")
        thumb.turns_to("Marketplace")
        expect(market.get_by_test_id("order-row")).to_contain_text("lena.fox@mail.example:Maple-41")

        # Answer its buyer: a reply.
        market.get_by_role("button", name="complains").tap()
        thumb.turns_to("Chat")
        thumb.replies(thumb.reads("Buyer wrote"), "Please try it once more, I have reset it.")
        thumb.taps(thumb.reads("To the buyer of", "reset it"), "Send now")
        thumb.reads("Sent by Ann")
        thumb.turns_to("Marketplace")
        expect(market.locator(".said-supplier")).to_contain_text("I have reset it")

        # Refund another: two taps in the same place.
        market.get_by_test_id("order-pay").first.tap()
        expect(market.get_by_test_id("order-row")).to_have_count(2)
        thumb.turns_to("Chat")
        thumb.taps(thumb.reads("0 of 1 delivered", "You deliver"), re.compile(r"Refund \$"))
        thumb.taps(thumb.reads("to the buyer?"), "Yes, refund")
        thumb.reads("Refunded", "by Ann")
        thumb.turns_to("Marketplace")
        expect(market.get_by_test_id("order-row").first).to_contain_text("refunded")

        # The balance, from the menu of commands.
        thumb.turns_to("Chat")
        page.get_by_test_id("commands-menu").tap()
        page.get_by_test_id("commands-list").locator('[data-command="balance"]').tap()
        thumb.reads("Balance", "$")
    for kind in ("deliver", "ticket_reply", "refund"):
        assert len(practice.changes(kind)) == 1
