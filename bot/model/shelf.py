"""Which of our products a list shows, and in which order; and how a button carries that on."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from . import search

FILTERS: Final = ("all", "active", "paused", "out", "low")
# What buttons carry of an order: the values never change.
SORTS: Final[dict[str, str]] = {
    "t": "title",
    "p": "price",
    "d": "price_down",
    "s": "stock",
    "b": "best",
}
BANDS: Final = ("0-5", "5-20", "20-100", "100-")
_PACKED: Final = re.compile(
    r"(all|active|paused|out|low)\.([tpdsb])\.([0-9a-f]{8})?\.(\d{1,7}-\d{0,7})?"
)
_TYPED: Final = re.compile(r"(\d{1,7})\s*[-–]\s*(\d{0,7})")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A filter, an order, one category (by its mark) and a range of prices; or words instead.

    ``prices``: ``5-20`` is from 5 to 20, both included; ``100-`` has no end.
    """

    chosen: str = "all"
    sort: str = "t"
    category: str = ""
    prices: str = ""
    words: str = ""

    def pack(self) -> str:
        """Return a button's subject."""
        if self.words:
            return search.pack(self.words)
        if self == Shelf(self.chosen):
            return self.chosen
        return f"{self.chosen}.{self.sort}.{self.category}.{self.prices}"

    def but(self, **changes: str) -> Shelf:
        """Return this shelf with something else about it; what is searched for ends with that."""
        return replace(self, words="", **changes)

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """The least and the greatest price; None where there is no bound."""
        low, _, high = self.prices.partition("-")
        return Decimal(low) if low else None, Decimal(high) if high else None


EVERYTHING: Final = Shelf()


def unpack(subject: str) -> Shelf:
    """Return what a button's subject says; everything by title where it says nothing."""
    if subject in FILTERS:
        return Shelf(subject)
    words = search.unpack(subject)
    if words:
        return Shelf(words=words)
    match = _PACKED.fullmatch(subject)
    if match is None:
        return EVERYTHING
    return Shelf(match[1], match[2], match[3] or "", match[4] or "")


def typed(text: str) -> Shelf | None:
    """Return the shelf that a filter's name or a range of prices asks for; None for words."""
    text = text.strip().lower()
    if text in FILTERS:
        return Shelf(text)
    prices = _TYPED.fullmatch(text)
    return None if prices is None else Shelf(prices=f"{prices[1]}-{prices[2]}")


def mark_of(category_id: str) -> str:
    """Return what stands for a category on a button."""
    return hashlib.sha256(category_id.encode()).hexdigest()[:8]
