"""Several windows of one browser, and the letters they are written in."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page.conftest import PATIENCE_MS, Hand
from tests.integration.sandbox_process.conftest import Shop

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page")]
expect.set_options(timeout=PATIENCE_MS)
# A browser opens six connections to a host; every window more would wait for ever.
CONNECTIONS = 6


def test_more_windows_than_connections_all_stay_alive(page: Page, hand: Hand, shop: Shop) -> None:
    windows = [page, *(page.context.new_page() for _ in range(CONNECTIONS))]
    for window in windows[1:]:
        window.goto(shop.url)
    card = hand.says("Order", [{"text": "Deliver", "callback_data": "deliver:1"}])
    for window in windows:
        button = window.get_by_role("button", name="Deliver", exact=True)
        expect(button).to_be_visible()
        button.click()
        expect(button).to_have_attribute("aria-busy", "true")
    presses = hand.bot("getUpdates", timeout=5)
    assert len(presses) == len(windows)
    for number, update in enumerate(presses):
        hand.bot(
            "answerCallbackQuery",
            callback_query_id=update["callback_query"]["id"],
            text=f"Answer {number}",
        )
    for window in windows:
        expect(window.get_by_test_id("toast")).to_contain_text("Answer")
        expect(window.locator(f'[data-message-id="{card}"] .is-waiting')).to_have_count(0)


def test_digits_are_not_drawn_with_a_font_of_pictures(page: Page, hand: Hand) -> None:
    hand.says("0123456789 $88.01")
    expect(page.get_by_test_id("message")).to_be_visible()
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    query = {"nodeId": root, "selector": '[data-testid="message"] .text'}
    node = session.send("DOM.querySelector", query)["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    names = {font["familyName"] for font in fonts}
    assert names
    assert not any("Emoji" in name for name in names)
