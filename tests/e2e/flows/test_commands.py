"""Commands and the menu: what a person types, and the buttons that do the same."""

from __future__ import annotations

from tests.e2e.practice import Shop, Someone, labels, until

WORKING = {
    *("start", "menu", "help", "cancel", "health", "balance"),
    *("queue", "orders", "order", "deliver", "refund", "status"),
    *("tickets", "ticket", "newticket", "products", "product", "newproduct"),
    *("stock", "payments", "settings", "templates", "report", "audit", "export", "lock"),
    "team",
}


def test_the_phones_command_menu_is_filled_for_owners_alone(shop: Shop, ann: Someone) -> None:
    def commands(name: str) -> set[str]:
        chat = shop.call("GET", f"/telegram/control/chat?as={name}")
        return {command["command"] for command in chat["commands"]}

    assert commands("ann") == commands("ben") == WORKING
    # Of a stranger: how one pairs, and nothing else. It is told to Telegram when there is time.
    assert until(lambda: commands("sam")) == {"start"}


def test_start_and_menu_say_what_waits_and_where_to_go(shop: Shop, ann: Someone) -> None:
    for command in ("/start", "/menu"):
        menu = ann.sees("Watching", "Balance", "Health", "Help", after=ann.send(command))
        assert any(label.startswith("Orders") for label in labels(menu))
        assert any(label.startswith("Tickets") for label in labels(menu))


def test_the_menu_turns_in_place(shop: Shop, ann: Someone) -> None:
    menu = ann.sees("Watching", after=ann.send("/menu"))
    ann.press(menu, "Help")
    help_text = ann.sees_in(menu, "/orders", "Reply to")
    assert all(f"/{command}" in help_text["text"] for command in WORKING)
    ann.press(help_text, "Menu")
    ann.sees_in(menu, "Watching")
    ann.press(menu, "Health")
    ann.sees_in(menu, "Version", "Orders: looked at", "Tickets: looked at", "Telegram: in reach")


def test_health_says_how_the_watch_goes(shop: Shop, ann: Someone) -> None:
    health = ann.sees("Orders: looked at", after=ann.send("/health"))
    assert "Tickets: looked at" in health["text"]
    assert "set aside: 0" in health["text"]
    assert "looked at again within" in health["text"]


def test_balance_is_read_from_the_marketplace(shop: Shop, ann: Someone) -> None:
    calls = len(shop.api_calls("get_balance"))
    shown = ann.sees("Balance", "$", after=ann.send("/balance"))
    assert len(shop.api_calls("get_balance")) == calls + 1
    balance = shop.state()["balance"]
    assert any(f"{float(amount):,.2f}" in shown["text"] for amount in balance.values() if amount)


def test_a_balance_that_cannot_be_read_says_why_and_offers_no_number(
    shop: Shop, ann: Someone
) -> None:
    shop.trouble("get_balance", "status", status=403, message="Your account is under review")
    said = ann.sees("does not allow", after=ann.send("/balance"))
    assert "$" not in said["text"]


def test_an_unknown_command_and_words_without_sense_get_one_sentence(
    shop: Shop, ann: Someone
) -> None:
    ann.sees("no such command", "/help", after=ann.send("/frobnicate now"))
    ann.sees("/help", after=ann.send("good morning"))


def test_nothing_in_progress_is_nothing_to_cancel(shop: Shop, ann: Someone) -> None:
    ann.send("/cancel")  # what earlier tests left
    ann.sees("There is nothing to cancel", after=ann.send("/cancel"))


def test_a_command_ends_a_prompt(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.press(card, "Deliver")
    ann.sees("Paste the goods", order["order_no"], after=card["message_id"])
    ann.sees("Watching", after=ann.send("/menu"))
    ann.sees("For which order?", after=ann.send("after@the.menu:Pw-1"))
    assert shop.api_calls("update_delivered_info", about=order["order_id"]) == []
    ann.send("/cancel")


def test_a_press_is_answered_at_once_while_an_earlier_one_waits_for_the_marketplace(
    shop: Shop, ann: Someone
) -> None:
    menu = ann.sees("Watching", after=ann.send("/menu"))
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.press(card, "Refund")
    asked = ann.sees_in(card, "Yes, refund")
    shop.trouble("refund_order", "hang_after", seconds=30)
    shop.trouble("get_balance", "hang_before", seconds=30)
    presses = [ann.press(asked, "Yes, refund"), ann.press(menu, "Balance"), ann.press(menu, "Help")]
    for press in presses:
        answer = ann.answered(press, wait=20)
        assert answer["answered"]
        assert answer["seconds"] < 1
    ann.sees_in(menu, "/orders")  # the later press was not only answered, but handled
    assert "Refunded" not in ann.sees_in(card, "refunding")["text"]
    shop.market("faults/release")
    ann.sees_in(card, "Refunded $")
    assert len(shop.api_calls("refund_order", about=order["order_id"])) == 1
