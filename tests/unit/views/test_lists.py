from typing import Any

import pytest

from bot.model.facts import ListFacts
from bot.model.press import unpack
from bot.views.lists import ORDER_FILTERS, TICKET_FILTERS, order_list, ticket_list

from .builders import NOW, assert_telegram_takes, order, presses, reader, seen, ticket


def page(*rows: Any, chosen: str = "waiting", page: int = 1, pages: int = 1) -> ListFacts:
    return ListFacts(rows, chosen, page, pages, total=len(rows))


def test_a_page_of_orders() -> None:
    given = page(order(), order(order_id="70", product={"title": "Spotify"}), page=2, pages=5)
    message = order_list(given, reader(), NOW)
    assert_telegram_takes(message)
    assert seen(message) == (
        "Orders that wait for you: 2\n"
        "[Netflix Premium 1 month ×2 · $88.01 · 12:04]\n"
        "[Spotify ×2 · $88.01 · 12:04]\n"
        "[‹][2/5][›]\n"
        "[• Waiting •][All][Pending]\n"
        "[Running][Completed][Refunded]"
    )
    assert presses(message)[:5] == ["or:69ac", "or:70", "lo:waiting:1", "nt", "lo:waiting:3"]


def test_a_page_of_tickets() -> None:
    rows = (
        ticket(title="Wrong “password”"),
        ticket(ticket_id="t2", title="", admin_invited=True),
    )
    message = ticket_list(page(*rows, chosen="in_progress"), reader(), NOW)
    assert_telegram_takes(message)
    assert seen(message) == (
        "Tickets in progress: 2\n"
        "[TKT…9001 · “Wrong 'password'” · 12:31]\n"
        "[⚠️ TKT…9001 · “Wrong password on the second one” · 12:31]\n"
        "[Waiting][All][Open]\n"
        "[• In progress •][Resolved][Closed]"
    )


@pytest.mark.parametrize(
    ("here", "pages", "row"),
    [(1, 1, []), (1, 3, ["1/3", "›"]), (3, 3, ["‹", "3/3"]), (9, 3, ["‹", "3/3"])],
)
def test_the_pager_offers_only_pages_that_exist(here: int, pages: int, row: list[str]) -> None:
    message = order_list(page(page=here, pages=pages), reader(), NOW)
    labels = [button.label for row in message.keyboard for button in row]
    assert [label for label in labels if label in {"‹", "›"} or "/" in label] == row


@pytest.mark.parametrize("chosen", ORDER_FILTERS)
def test_every_order_filter_has_its_heading_and_is_marked(chosen: str) -> None:
    message = order_list(page(chosen=chosen), reader(), NOW)
    (marked,) = [each for row in message.keyboard for each in row if each.label.startswith("•")]
    assert marked.data == f"lo:{chosen}:1"
    assert "“" not in message.text


@pytest.mark.parametrize("chosen", TICKET_FILTERS)
def test_every_ticket_filter_has_its_heading_and_is_marked(chosen: str) -> None:
    message = ticket_list(page(chosen=chosen), reader(), NOW)
    (marked,) = [each for row in message.keyboard for each in row if each.label.startswith("•")]
    assert marked.data == f"lt:{chosen}:1"
    assert "“" not in message.text


def test_an_empty_list_says_so() -> None:
    assert order_list(page(), reader(), NOW).text == "Orders that wait for you: 0\nNothing waits."
    assert order_list(page(chosen="all"), reader(), NOW).text == "All orders: 0\nNone."


def test_a_filter_that_is_not_ours_is_quoted_and_pages_through_all() -> None:
    message = order_list(page(chosen="odd_order", pages=2), reader(), NOW)
    assert message.text.startswith("Orders: “odd_order”: 0")
    assert "lo:all:2" in presses(message)


def test_a_long_title_leaves_room_for_the_money_and_the_time() -> None:
    long = order(product={"title": "😀 word " * 100})
    (label,) = [row[0].label for row in order_list(page(long), reader(), NOW).keyboard][:1]
    assert label.endswith("… ×2 · $88.01 · 12:04")
    assert_telegram_takes(order_list(page(long), reader(), NOW))


def test_an_order_without_a_title_shows_its_number() -> None:
    message = order_list(page(order(product={"title": "\u200b"})), reader(), NOW)
    assert message.keyboard[0][0].label == "TK…1113 ×2 · $88.01 · 12:04"


def test_the_buttons_come_back_as_they_went() -> None:
    for press in presses(order_list(page(order(), page=2, pages=3), reader(), NOW)):
        assert unpack(press) is not None
