"""Several windows of one browser, and the letters they are written in."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page.conftest import PATIENCE_MS, Hand, Opener
from tests.integration.sandbox_process.conftest import Shop

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)
# A browser opens six connections to a host; every window more would wait for ever.
CONNECTIONS = 6


def test_more_windows_than_connections_all_stay_alive(phone: Page, hand: Hand, shop: Shop) -> None:
    windows = [phone, *(phone.context.new_page() for _ in range(CONNECTIONS))]
    for window in windows[1:]:
        window.goto(f"{shop.url}/?only=chat")
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


def test_two_people_stand_side_by_side(open_page: Opener, shop: Shop, hand: Hand) -> None:
    hand.says("For Ann")
    hand.says("For Ben", to=1002)
    page = open_page(shop.url, width=1440)
    page.get_by_test_id("second-switch").click()
    ben = page.frame_locator("iframe")
    expect(ben.get_by_test_id("message")).to_contain_text("For Ben")
    expect(ben.get_by_test_id("market")).to_be_hidden()
    ben.get_by_test_id("composer").fill("I am Ben")
    ben.get_by_test_id("send").click()
    expect(ben.locator('[data-from="ben"]')).to_contain_text("I am Ben")
    expect(page.locator("#chat").get_by_test_id("message")).to_have_text(re.compile("For Ann"))
    page.reload()  # the address knows who was there
    expect(ben.get_by_test_id("message")).to_have_count(2)
    page.get_by_test_id("second-switch").click()
    expect(page.locator("iframe")).to_have_count(0)


def test_a_slow_network_is_a_switch_beside_the_phone(page: Page, hand: Hand) -> None:
    switch = page.get_by_test_id("slow-switch")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".chat-state")).to_have_text("slow network")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert hand.client.get("/telegram/control/faults").json()["items"] == []


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
