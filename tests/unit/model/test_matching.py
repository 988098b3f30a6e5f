"""For which of the orders that wait goods are: the best match first."""

from __future__ import annotations

import pytest

from bot.model.matching import best_first
from bot.model.order import Order

ONE = "anna@shop.example:Hunter2222"
KEY = "ABCDE-12345-FGHIJ"
SEEN = {
    "mail": {"email:password": 9},
    "key": {"XXXXX-XXXXX-XXXXX": 9},
    "long": {"3 lines": 9},
    "mixed": {"email:password": 5, "login:password": 5},
}


def order(name: str, product: str, owed: int = 1) -> Order:
    return Order(order_id=name, product_id=product, remaining_to_deliver=owed, quantity=owed)


@pytest.mark.parametrize(
    ("paste", "waiting", "best"),
    [
        # What looks as its units look, before what nobody knows, before what never looked so.
        (ONE, (("k", "key", 1), ("n", "new", 1), ("m", "mail", 1)), "mnk"),
        (KEY, (("m", "mail", 1), ("n", "new", 1), ("k", "key", 1)), "knm"),
        (ONE, (("n", "new", 1), ("x", "mixed", 1)), "xn"),
        # As many as are owed; what they look like says more.
        (f"{ONE}\n{ONE}2", (("1", "mail", 1), ("2", "mail", 2), ("3", "mail", 3)), "231"),
        (f"{ONE}\n{ONE}2", (("k", "key", 2), ("3", "mail", 3)), "3k"),
        # Several lines are one unit where those of the product are.
        ("anna\nHunter2\n4711", (("n", "new", 1), ("l", "long", 1)), "ln"),
        ("anna\nHunter2\n4711", (("1", "new", 1), ("3", "new", 3)), "31"),
        # Those that fit alike stay as they came: the oldest first.
        (ONE, (("a", "mail", 1), ("b", "mail", 1)), "ab"),
        (ONE * 5000, (("k", "key", 1), ("m", "mail", 1)), "km"),
        ("", (("k", "key", 1), ("m", "mail", 1)), "km"),
    ],
)
def test_the_best_match_comes_first(
    paste: str, waiting: tuple[tuple[str, str, int], ...], best: str
) -> None:
    found = best_first([order(*each) for each in waiting], paste, SEEN)
    assert "".join(one.order_id for one in found) == best
