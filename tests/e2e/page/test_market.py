"""The marketplace's side: buying, complaining, breaking things, watching the bot."""

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.page.conftest import PATIENCE_MS, Hand, Opener
from tests.integration.sandbox_process.conftest import Shop

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)


def order_row(page: Page, order_id: str) -> Locator:
    return page.locator(f'[data-testid="order-row"][data-order-id="{order_id}"]')


def test_one_click_orders_and_pays(page: Page, hand: Hand) -> None:
    product = page.get_by_test_id("product").first
    product.get_by_test_id("order-pay").click()
    expect(page.get_by_test_id("order-row")).to_have_count(1)
    [order] = hand.state()["orders"]
    assert order["product_id"] == product.get_attribute("data-product-id")
    assert order["payment_status"] == "completed_payment"
    row = order_row(page, order["order_id"])
    expect(row).to_contain_text(order["order_no"])
    expect(row).to_contain_text("paid")
    expect(row).to_contain_text("0 of 1 delivered")


def test_what_cannot_be_bought_is_shown_as_such(page: Page, hand: Hand) -> None:
    category = hand.state()["categories"][0]["category_id"]
    hand.client.post(
        "/market/products/api/supplier/create/",
        json={
            "category_id": category,
            "title": "Not yet",
            "description": "x",
            "price": "1",
            "status": "draft",
        },
        headers={"X-API-Key": "practice-key"},
    ).raise_for_status()
    page.get_by_role("button", name="All 13").click()
    product = page.get_by_test_id("product").filter(has_text="Not yet")
    expect(product).to_contain_text("Draft")
    expect(product.get_by_test_id("order-pay")).to_be_disabled()


def test_the_form_begins_with_the_fewest_one_may_buy(page: Page, hand: Hand) -> None:
    page.get_by_role("button", name="All 12").click()
    product = page.get_by_test_id("product").filter(has_text="Gmail")
    product.get_by_test_id("order-open").click()
    expect(product.get_by_test_id("order-quantity")).to_have_value("2")


def test_buyers_act_with_one_click(page: Page, hand: Hand) -> None:
    buyers = page.get_by_test_id("buyers")
    complains = buyers.get_by_role("button", name="complains")
    writes = buyers.get_by_role("button", name="writes again")
    for waiting in (complains, writes):
        expect(waiting).to_have_attribute("aria-disabled", "true")  # nothing to complain about
    buyers.get_by_role("button", name="orders two").click()
    expect(page.get_by_test_id("order-row")).to_contain_text("0 of 2 delivered")
    complains.click()
    expect(page.get_by_test_id("ticket-row")).to_contain_text("When does it come?")
    writes.click()
    expect(page.locator(".said")).to_have_count(2)
    buyers.get_by_role("button", name="orders, pays later").click()
    expect(page.get_by_test_id("order-row").first).to_contain_text("not paid")
    buyers.get_by_role("button", name="and 11 others order").click()
    expect(page.locator("#orders-title + .count")).to_have_text("14")
    [ticket] = hand.state()["tickets"]
    assert [said["author"] for said in ticket["thread"]] == ["buyer", "buyer"]


def test_an_unpaid_order_is_paid_later(page: Page, hand: Hand) -> None:
    product = page.get_by_test_id("product").first
    product.get_by_test_id("order-open").click()
    product.get_by_test_id("order-quantity").fill("3")
    product.get_by_test_id("order-place").click()
    row = page.get_by_test_id("order-row")
    expect(row).to_contain_text("not paid")
    expect(row).to_contain_text("× 3")
    [order] = hand.state()["orders"]
    assert (order["quantity"], order["payment_status"]) == (3, "pending_payment")
    row.get_by_test_id("pay").click()
    expect(row).not_to_contain_text("not paid")
    assert hand.state()["orders"][0]["payment_status"] == "completed_payment"


def test_the_buyer_sees_the_goods_and_confirms(page: Page, hand: Hand) -> None:
    order = hand.market("/orders")
    row = order_row(page, order["order_id"])
    expect(row).to_contain_text("0 of 1 delivered")
    expect(row.get_by_test_id("confirm-receipt")).to_have_count(0)
    hand.market(f"/orders/{order['order_id']}/deliver", rows=["user:pass"])
    expect(row).to_contain_text("1 of 1 delivered")
    expect(row).to_contain_text("user:pass")
    row.get_by_test_id("confirm-receipt").click()
    expect(row).to_contain_text("receipt confirmed")
    assert hand.state()["orders"][0]["status"] == "receipt_confirmed_order"


def test_a_ticket_is_opened_and_written_in(page: Page, hand: Hand) -> None:
    order = hand.market("/orders")
    row = order_row(page, order["order_id"])
    row.get_by_test_id("open-ticket").press("Enter")
    row.get_by_test_id("ticket-text").press("Escape")
    expect(row.get_by_test_id("ticket-text")).to_be_hidden()
    expect(row.get_by_test_id("open-ticket")).to_be_focused()
    row.get_by_test_id("open-ticket").press("Enter")
    row.get_by_test_id("ticket-title").fill("Wrong password")
    row.get_by_test_id("ticket-text").fill("It says")
    # Something changes while it is being written: nothing of it is lost.
    hand.market(f"/orders/{order['order_id']}/deliver", rows=["user:pass"])
    expect(row).to_contain_text("1 of 1 delivered")
    row.get_by_test_id("ticket-text").press("End")
    row.get_by_test_id("ticket-text").press_sequentially(" wrong")
    row.get_by_test_id("ticket-send").click()
    ticket = page.get_by_test_id("ticket-row")
    expect(ticket).to_contain_text("Wrong password")
    expect(ticket).to_contain_text("It says wrong")
    ticket.get_by_test_id("ticket-write").fill("Hello?")
    ticket.get_by_test_id("ticket-write").press("Enter")
    expect(ticket.locator(".said")).to_have_count(2)
    expect(ticket.get_by_test_id("ticket-write")).to_have_value("")
    ticket.get_by_test_id("invite-admin").click()
    expect(ticket).to_contain_text("moderator")
    [truth] = hand.state()["tickets"]
    said = [said["text"] for said in truth["thread"] if said["author"] == "buyer"]
    assert said == ["It says wrong", "Hello?"]
    assert truth["admin_invited"] is True


@pytest.mark.parametrize(
    ("name", "kind", "operation"),
    [
        ("slow", "latency", "*"),
        ("down", "status", "*"),
        ("throttled", "throttle", "*"),
        ("lost", "close_after", "writes"),
        ("login", "login", "*"),
    ],
)
def test_trouble_is_one_click_and_so_is_its_end(
    page: Page, hand: Hand, name: str, kind: str, operation: str
) -> None:
    trouble = page.get_by_test_id("trouble")
    trouble.locator(f'[data-trouble="{name}"]').click()
    expect(trouble).to_have_attribute("data-now", name)
    [fault] = hand.faults()
    assert (fault["kind"], fault["operation"], fault["times"]) == (kind, operation, None)
    trouble.locator('[data-trouble="well"]').click()
    expect(trouble).to_have_attribute("data-now", "well")
    assert hand.faults() == []


def test_another_trouble_takes_the_place_of_the_first(page: Page, hand: Hand) -> None:
    trouble = page.get_by_test_id("trouble")
    trouble.locator('[data-trouble="slow"]').click()
    expect(trouble).to_have_attribute("data-now", "slow")
    page.keyboard.press("ArrowRight")
    expect(trouble).to_have_attribute("data-now", "down")
    assert [fault["kind"] for fault in hand.faults()] == ["status"]


def test_what_the_bot_asks_is_shown(page: Page, hand: Hand) -> None:
    path = "/market/orders/api/supplier/list/"
    hand.client.get(path, headers={"X-API-Key": "practice-key"})
    log = page.get_by_test_id("call-log")
    expect(log).to_contain_text("list_orders")
    expect(log).to_contain_text("200")
    hand.market("/reset", empty=True)
    expect(log).not_to_contain_text("list_orders")


def test_buyers_of_their_own_are_switched(page: Page, hand: Hand) -> None:
    switch = page.get_by_test_id("life")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    assert hand.client.get("/market/control/options").json()["life"] is True


def test_a_refusal_is_said(page: Page, hand: Hand) -> None:
    order = hand.market("/orders", paid=False)
    row = order_row(page, order["order_id"])
    expect(row.get_by_test_id("pay")).to_be_visible()

    def refuse(route: object) -> None:
        route.fulfill(status=409, json={"error": "This order is paid already."})  # type: ignore[attr-defined]

    page.route("**/pay", refuse)
    row.get_by_test_id("pay").click()
    expect(page.get_by_test_id("toast")).to_have_text("This order is paid already.")


def test_a_phone_has_both_sides_as_tabs(open_page: Opener, shop: Shop, hand: Hand) -> None:
    page = open_page(shop.url, width=390, height=844)
    expect(page.get_by_test_id("start")).to_be_visible()
    expect(page.get_by_test_id("market")).to_be_hidden()
    page.get_by_role("tab", name="Marketplace").click()
    expect(page.get_by_test_id("start")).to_be_hidden()
    page.get_by_test_id("order-pay").first.click()
    expect(page.get_by_test_id("order-row")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    hand.says("A new order")
    expect(page.get_by_role("tab", name="Chat")).to_contain_text("1")
    page.get_by_role("tab", name="Chat").click()
    expect(page.get_by_test_id("message")).to_contain_text("A new order")


def test_the_page_asks_nobody_else(open_page: Opener, shop: Shop, hand: Hand) -> None:
    page = open_page("about:blank")
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(httpx.URL(request.url).netloc.decode()))
    page.goto(shop.url)
    expect(page.get_by_test_id("product").first).to_be_visible()
    assert hosts == {f"127.0.0.1:{shop.port}"}


def test_words_of_a_stranger_stay_words(page: Page, hand: Hand) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"><b>bold</b>"
    hand.telegram("/send", **{"as": "ann"}, text=attack)
    order = hand.market("/orders")
    hand.market("/tickets", order_id=order["order_id"], title=attack, text=attack)
    expect(page.get_by_test_id("message")).to_contain_text(attack)
    expect(page.get_by_test_id("ticket-row")).to_contain_text(attack)
    assert page.locator('img[src="x"]').count() == 0
    assert "owned" not in page.title()


def test_a_first_visit_shows_three_hints_that_go_when_they_are_followed(
    page: Page, hand: Hand
) -> None:
    hint = page.locator('[data-testid="hint"]:visible')
    expect(hint).to_contain_text("Press Start")
    page.get_by_test_id("start").click()
    expect(hint).to_contain_text("be the buyer")
    page.get_by_test_id("order-pay").first.click()
    expect(hint).to_contain_text("reply to the order")
    card = hand.says("Order")
    card_row = page.locator(f'[data-testid="message"][data-message-id="{card}"]')
    card_row.hover()
    card_row.get_by_test_id("reply").click()
    page.get_by_test_id("composer").fill("user:pass")
    page.get_by_test_id("send").click()
    expect(hint).to_have_count(0)
    page.reload()
    expect(page.get_by_test_id("composer")).to_be_visible()
    expect(hint).to_have_count(0)


def test_where_the_bot_wrote_first_the_first_hint_is_another_one(page: Page, hand: Hand) -> None:
    hint = page.locator('[data-testid="hint"]:visible')
    hand.says("Watching", [{"text": "Orders", "callback_data": "lo"}])
    expect(hint).to_contain_text("the bot writes to you here")
    expect(hint).to_contain_text("1 of 3")
    page.get_by_role("button", name="Orders", exact=True).press("Enter")
    expect(hint).to_contain_text("be the buyer")
    # By key alone: neither the order nor the cross of the hint takes the focus away.
    order = page.get_by_test_id("order-pay").first
    order.press("Enter")
    expect(hint).to_contain_text("reply to the order")
    expect(order).to_have_attribute("aria-busy", "false")
    expect(order).to_be_focused()
    hint.get_by_role("button", name="Hide").press("Enter")
    expect(hint).to_have_count(0)
    expect(page.get_by_role("button", name="Attach a file")).to_be_focused()


def test_hints_are_closed_by_their_cross_or_left_out(
    page: Page, hand: Hand, open_page: Opener, shop: Shop
) -> None:
    for _ in range(3):
        page.locator('[data-testid="hint"]:visible').get_by_role("button", name="Hide").click()
    expect(page.locator('[data-testid="hint"]:visible')).to_have_count(0)
    without = open_page(f"{shop.url}/?hints=off")
    expect(without.get_by_test_id("start")).to_be_visible()
    expect(without.locator('[data-testid="hint"]:visible')).to_have_count(0)
