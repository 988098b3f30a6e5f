from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.model.order import Order
from bot.model.saved_text import SavedText, filled, unknown_in, values_of
from bot.model.ticket import Ticket

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
ORDER = Order.model_validate(
    {"order_id": "o1", "order_no": "TK1", "quantity": 2, "product": {"title": "{date} & co"}}
)
TICKET = Ticket.model_validate({"ticket_id": "t1", "order_id": "o1", "buyer_id": "b1"})
VALUES = values_of(TICKET.buyer_id, ORDER, NOW, ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    ("text", "after", "whole"),
    [
        ("Order {order_no}, {quantity} pieces", "Order TK1, 2 pieces", True),
        ("{buyer} {Date} { DATE }", "b1 2026-11-24 2026-11-24", True),
        # What a value holds is no variable; what is none stays.
        ("{product}", "{date} & co", True),
        ("{prodct} {order_no}", "{prodct} TK1", False),
        ("{} {{order_no}} { } a{b", "{} {TK1} { } a{b", False),
        ("no variable", "no variable", True),
    ],
)
def test_variables_are_filled_in_and_nothing_else(text: str, after: str, whole: bool) -> None:
    assert filled(text, VALUES) == (after, whole)


def test_what_is_not_known_stays_and_is_noticed() -> None:
    values = values_of(None, None, NOW, ZoneInfo("UTC"))
    assert filled("{order_no} {date}", values) == ("{order_no} 2026-11-23", False)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{order_no} {Product}", ()),
        ("{prodct} {x} {prodct}", ("prodct", "x")),
        ("{" + "x" * 41 + "}", ()),
        ("{" * 10_000, ()),
    ],
)
def test_what_is_no_variable_is_known_at_once(text: str, unknown: tuple[str, ...]) -> None:
    assert unknown_in(text) == unknown


def test_a_saved_text_is_in_no_repr() -> None:
    assert "secret" not in repr(SavedText(1, "secret"))
