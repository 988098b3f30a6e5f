"""Prices as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.desk.errors import NotPossible
from bot.desk.prices import price_of


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("9.50", "9.50"),
        ("9,5", "9.5"),
        ("$ 18", "18"),
        ("18 USD", "18"),
        ("€0.0125", "0.0125"),
        ("1,000", None),
        ("1.000", None),
        ("0", None),
        ("-3", None),
        ("free", None),
        ("9.50 10", None),
        ("1e3", None),
    ],
)
def test_a_price_is_read_or_refused(text: str, price: str | None) -> None:
    if price is None:
        with pytest.raises(NotPossible, match="price_not_read"):
            price_of(text)
    else:
        assert price_of(text) == Decimal(price)
