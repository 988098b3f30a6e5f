"""Lists that turn in place, and pasted numbers that open their card."""

from __future__ import annotations

import pytest

from tests.e2e.practice import Shop, Someone, data_of, labels


@pytest.fixture(scope="module")
def many(bot: object, the_shop: object) -> None:
    """More orders than a page of a list holds, known to the bot."""
    from tests.e2e.practice import Shop

    assert isinstance(the_shop, Shop)
    orders = the_shop.market("orders/bulk", count=10)["items"]
    for order in orders:
        the_shop.person("ann").sees(order["order_no"])


def test_the_list_of_orders_turns_its_pages_in_place(shop: Shop, ann: Someone, many: None) -> None:
    listed = ann.sees("Orders that wait for you", after=ann.send("/orders"))
    assert any(label.startswith("1/") for label in labels(listed))
    assert "‹" not in labels(listed)
    ann.press(listed, "›")
    second = ann.sees_in(listed, "2/", "‹")
    ann.press(second, "‹")
    assert labels(ann.sees_in(listed, "1/")) == labels(listed)


def test_a_filter_keeps_the_list_in_its_message(shop: Shop, ann: Someone, many: None) -> None:
    order = shop.market("orders")
    ann.sees(order["order_no"])
    shop.market(f"orders/{order['order_id']}/status", status="refunded_order")
    ann.sees(order["order_no"], "refunded")
    listed = ann.sees("Orders that wait for you", after=ann.send("/orders"))
    ann.press(listed, "Refunded")
    refunded = ann.sees_in(listed, "Refunded orders", "• Refunded •")
    ann.press(refunded, data_label(refunded, order["order_id"]))
    opened = ann.sees_in(listed, order["order_no"], "refunded")
    ann.press(opened, "Back")
    ann.sees_in(listed, "Refunded orders", "• Refunded •")
    ann.sees("Completed orders", after=ann.send("/orders completed"))


def test_back_from_a_card_is_the_same_page_of_the_list(
    shop: Shop, ann: Someone, many: None
) -> None:
    listed = ann.sees("Orders that wait for you", after=ann.send("/orders"))
    ann.press(listed, "›")
    second = ann.sees_in(listed, "2/", "‹")
    ann.press(second, labels(second)[0])
    ann.press(ann.sees_in(listed, "delivered", "Back"), "Back")
    assert labels(ann.sees_in(listed, "2/", "‹")) == labels(second)


def data_label(message: dict[str, list[list[dict[str, str]]]], order_id: str) -> str:
    """Return the label of the button that opens an order or a ticket."""
    return next(b["text"] for row in message["keyboard"] for b in row if order_id in b["data"])


def test_the_list_of_tickets_opens_their_cards(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    ticket = shop.market(
        "tickets", order_id=order["order_id"], title="Listed", text="Where is my code?"
    )
    ann.sees(order["order_no"], "0 of 1 delivered")
    card = ann.sees(ticket["ticket_no"], "Where is my code?")
    listed = ann.sees("Tickets that wait for you", after=ann.send("/tickets"))
    ann.press(listed, "Open")
    listed = ann.sees_in(listed, "Open tickets", "• Open •")
    page = 1
    while ticket["ticket_id"] not in str(listed["keyboard"]):  # older ones fill the first pages
        page += 1
        ann.press(listed, "›")
        listed = ann.sees_in(listed, f"{page}/")
    label = data_label(listed, ticket["ticket_id"])
    ann.press(listed, label)
    opened = ann.sees_in(listed, ticket["ticket_no"], "Where is my code?", "Back")
    assert "Reply" in labels(opened)
    ann.sees_retired(card, "Where is my code?")
    ann.press(opened, "Order ")
    ann.sees(order["order_no"], "0 of 1 delivered", after=opened["message_id"])


@pytest.mark.parametrize("written", ["{}", " {} ", "#{}", "lower"])
def test_a_pasted_order_number_opens_its_card(shop: Shop, ann: Someone, written: str) -> None:
    order = shop.market("orders")
    ann.sees(order["order_no"])
    number = order["order_no"]
    sent = ann.send(number.lower() if written == "lower" else written.format(number))
    card = ann.sees(number, "0 of 1 delivered", "Deliver", after=sent)
    assert card["reply_to"] == sent


def test_pasted_ticket_and_payment_numbers_open_their_cards(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    ticket = shop.market("tickets", order_id=order["order_id"], title="T", text="Pasted number")
    ann.sees(ticket["ticket_no"])
    sent = ann.send(ticket["ticket_no"])
    assert "Reply" in labels(ann.sees(ticket["ticket_no"], "Pasted number", after=sent))
    payment = next(p for p in shop.state()["payments"] if p.get("order_id") == order["order_id"])
    sent = ann.send(payment["payment_no"])
    ann.sees(order["order_no"], "0 of 1 delivered", after=sent)


def test_an_unknown_number_is_looked_up_on_the_marketplace_before_it_is_denied(
    shop: Shop, ann: Someone
) -> None:
    asked = len(shop.api_calls("list_orders"))
    for number, words in (
        ("TK1000000000001", "shows no order"),
        ("TKT1000000000002", "shows no ticket"),
        ("PAY1000000000003", "no payment"),
    ):
        ann.sees(number, words, after=ann.send(number))
    calls = shop.api_calls("list_orders")[asked:]
    assert any("TK1000000000001" in str(call["query"]) for call in calls)
    assert shop.api_calls("list_payments")


def test_a_number_in_the_middle_of_a_prompt_opens_its_card_and_the_prompt_stays(
    shop: Shop, ann: Someone
) -> None:
    order, other = shop.market("orders"), shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.sees(other["order_no"])
    ann.press(card, "Deliver")
    ann.sees("Paste the goods", order["order_no"], after=card["message_id"])
    ann.sees(other["order_no"], "0 of 1 delivered", after=ann.send(other["order_no"]))
    pasted = ann.send("still@for.me:Pw-1")
    preview = ann.sees("Send 1", order["order_no"], after=pasted)
    assert data_of(preview, "Send 1")
    ann.press(preview, "Cancel")
    ann.sees_in(preview, "Cancelled")


def test_any_word_finds_orders_and_tickets_and_products(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    ticket = shop.market(
        "tickets", order_id=order["order_id"], title="Zebrafish", text="Nothing but stripes"
    )
    ann.sees(ticket["ticket_no"], "Nothing but stripes")
    found = ann.sees("Tickets with “zebrafish”: 1", after=ann.send("/tickets zebrafish"))
    ann.press(found, "Zebrafish")
    opened = ann.sees_in(found, ticket["ticket_no"], "Nothing but stripes")
    ann.press(opened, "Back")
    ann.press(ann.sees_in(found, "Tickets with “zebrafish”: 1"), "The same in orders")
    ann.sees_in(found, "Orders with “zebrafish”: 0")
    # Without a command: the one thing in which it stands opens at once.
    ann.sees(ticket["ticket_no"], "Nothing but stripes", after=ann.send("zebrafish"))
    word = order["product"]["title"].split()[0].lower()
    ann.sees(f"Orders with “{word}”", after=ann.send(f"/orders {word}"))
    ann.sees(f"Products with “{word}”", after=ann.send(f"/products {word}"))


def test_a_command_with_a_number_goes_straight_to_it(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    ticket = shop.market("tickets", order_id=order["order_id"], title="T", text="Straight")
    ann.sees(ticket["ticket_no"], "Straight")
    for command, number, says in (
        ("/order", order["order_no"], "0 of 1 delivered"),
        ("/deliver", order["order_no"], "Paste the goods for order"),
        ("/status", order["order_no"], "What is it to be?"),
        ("/refund", order["order_no"], f"Refund ${order['total_amount']}"),
        ("/ticket", ticket["ticket_no"], "Straight"),
    ):
        ann.sees(number, says, after=ann.send(f"{command} {number}"))
    # What is no number is answered in words, and nothing was done.
    ann.sees("no order", "/orders", after=ann.send("/refund TK0000000000000"))
    assert shop.api_calls("refund_order", about=order["order_id"]) == []
    ann.send("/cancel")


def test_a_command_without_a_number_offers_what_it_is_for_in_pages(
    shop: Shop, ann: Someone, many: None
) -> None:
    for command, says in (
        ("/deliver", "Paste the goods for order"),
        ("/newticket", "Write to the buyer of order"),
        ("/status", "What is it to be?"),
        ("/refund", "Refund $"),
    ):
        asks = ann.sees("Which order?", "1/", after=ann.send(command))
        ann.press(asks, "›")
        second = ann.sees_in(asks, "2/", "‹")
        ann.press(second, labels(second)[0])
        ann.sees(says, after=second["message_id"] - 1)
        ann.send("/cancel")
    asks = ann.sees("Which product?", "1/", after=ann.send("/stock"))
    ann.press(asks, "›")
    second = ann.sees_in(asks, "2/", "‹")
    ann.press(second, labels(second)[0])
    ann.sees("Paste the accounts for the pool of", after=asks["message_id"])
    ann.send("/cancel")
