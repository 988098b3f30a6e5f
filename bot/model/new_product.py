"""A new product as one message says it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Price / minimum quantity / days of warranty; the last two may be left out.
_FIGURES = re.compile(r"([^/]+?)(?:\s*/\s*(\d{1,6}))?(?:\s*/\s*(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Described:
    """A product as it was written; the price is still a text."""

    title: str
    price: str
    description: str
    min_quantity: int | None = None
    warranty_days: int | None = None


def read_described(text: str) -> Described | None:
    """Read the title of the first line, the figures of the second, the description of the rest.

    The figures: ``9.50``, ``9.50 / 2`` (with the least that is sold at once) or ``9.50 / 2 / 30``
    (with days of warranty). None where a part is missing.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n", 2)
    if len(lines) < 3:  # noqa: PLR2004 - title, figures, description
        return None
    title, description = " ".join(lines[0].split()), lines[2].strip()
    figures = _FIGURES.fullmatch(lines[1].strip())
    if not title or not description or figures is None:
        return None
    least, days = figures[2], figures[3]
    return Described(
        title,
        figures[1],
        description,
        int(least) or None if least else None,
        int(days) if days else None,
    )
