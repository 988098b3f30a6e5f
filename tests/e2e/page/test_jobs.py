"""What a supplier does most, and a product from its making to its sale: all by thumb.

The real bot, on a phone's screen.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.page.conftest import PATIENCE_MS, Hand, Opener
from tests.e2e.page.pictures import png
from tests.e2e.practice import Bot, running, until
from tests.e2e.practice import Shop as Practice
from tests.integration.sandbox_process.conftest import Shop

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)
PHONE = {"width": 390, "height": 844}
WIDTH = 600  # of the product's picture


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

    def attaches(self, name: str, content: bytes) -> None:
        file = FilePayload(name=name, mimeType="image/png", buffer=content)
        self.page.get_by_test_id("file-input").set_input_files(file)
        self.page.get_by_test_id("send-files").tap()


@pytest.fixture(scope="module")
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


def test_a_product_is_made_with_a_picture_and_sold_by_thumb(
    thumb: Thumb, practice: Practice, tmp_path: Path
) -> None:
    page, title, says = thumb.page, "Jade Reader for a year", "For one person. Sent at once."
    cover = png(WIDTH, 400)
    market = page.get_by_test_id("market")
    with running(Bot(practice, tmp_path, hasty=True, OWNER_IDS="1001")):
        thumb.reads("atching")

        # One question after another; the picture comes while the preview asks.
        thumb.writes("/newproduct")
        thumb.taps(thumb.reads("in which category"), "Music")
        thumb.reads("What is its title?")
        thumb.writes(title)
        thumb.reads("What does it cost?")
        thumb.writes("12.50")
        thumb.reads("How is it described?")
        thumb.writes(says)
        thumb.taps(thumb.reads("sold at once at least"), "To the preview")
        thumb.reads(title, "$12.50", "Yes, create it")
        thumb.attaches("cover.png", cover)
        thumb.taps(thumb.reads(title, "1 picture"), "Yes, create it")

        # Its card, with the picture as the marketplace has it.
        thumb.taps(thumb.reads("Created by Ann"), "Product")
        card = thumb.reads(title, "$12.50", "Add accounts")
        shown = card.get_by_test_id("preview")
        expect(shown).to_be_in_viewport()
        until(lambda: shown.evaluate("(img) => img.naturalWidth") == WIDTH)
        address = shown.get_attribute("src") or ""

        # Bought in one click, and delivered by a reply.
        thumb.turns_to("Marketplace")
        market.get_by_role("button", name=re.compile(r"^All \d")).tap()
        market.get_by_role("button", name=f"Order & pay {title}").tap()
        expect(market.get_by_test_id("order-row")).to_have_count(1)
        thumb.turns_to("Chat")
        order = thumb.reads("0 of 1 delivered", title, "$12.50")
        thumb.replies(order, "lena.fox@mail.example:Maple-41")
        thumb.taps(thumb.reads("le•••41"), "Send 1")
        thumb.reads("1 of 1 delivered", title, "Nothing is owed")
        thumb.turns_to("Marketplace")
        expect(market.get_by_test_id("order-row")).to_contain_text("lena.fox@mail.example:Maple-41")

    # Each of it once, and the product as it was told.
    [made] = [each for each in practice.state()["products"] if each["title"] == title]
    assert (made["price"], made["description"]) == ("12.50", says)
    [picture] = made["images"]
    assert address.endswith(picture)
    assert practice.http.get(address.removeprefix(practice.url)).content == cover
    for kind in ("image_uploaded", "product_created", "deliver"):
        assert len(practice.changes(kind)) == 1, kind
    for operation in ("upload_image", "create_product", "update_delivered_info"):
        assert len(practice.api_calls(operation)) == 1, operation
