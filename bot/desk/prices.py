"""Prices as people type them."""

from __future__ import annotations

import re
from decimal import Decimal

from .errors import NotPossible

# With a sign of the currency or its name at either end; a comma or a point before the cents.
_PRICE = re.compile(r"(?:[^\d\s.,+-]{1,4}\s*)?(\d{1,9})(?:[.,](\d{1,4}))?(?:\s*[^\d\s.,+-]{1,4})?")

_A_THOUSAND = 3  # digits


def price_of(text: str) -> Decimal:
    """Return the price that was typed. Raises NotPossible where it is none, or nothing at all.

    Three digits behind a comma or a point are none: ``1,000`` may be one or a thousand.
    """
    match = _PRICE.fullmatch(text.strip())
    if match is None or len(match[2] or "") == _A_THOUSAND:
        raise NotPossible("price_not_read")
    price = Decimal(f"{match[1]}.{match[2]}" if match[2] else match[1])
    if not price:
        raise NotPossible("price_not_read")
    return price
