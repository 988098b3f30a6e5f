"""Numbers that people paste: of orders, tickets, payments and refunds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# TK is a prefix of TKT: the longer one is tried first.
_NUMBER = re.compile(r"(?<![A-Za-z0-9])(TKT|PAY|REF|TK)(\d{10,16})(?![A-Za-z0-9])", re.IGNORECASE)

Kind = Literal["order", "ticket", "payment", "refund"]
_KINDS: dict[str, Kind] = {"TKT": "ticket", "PAY": "payment", "REF": "refund", "TK": "order"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number and what it numbers."""

    kind: Kind
    text: str


def find_numbers(text: str) -> tuple[Number, ...]:
    """Return every number in ``text``, in order, each once."""
    found: dict[str, Number] = {}
    for match in _NUMBER.finditer(text):
        prefix = match[1].upper()
        number = Number(_KINDS[prefix], prefix + match[2])
        found.setdefault(number.text, number)
    return tuple(found.values())


def only_number(text: str) -> Number | None:
    """Return the number when ``text`` is nothing but one; goods that hold one are not."""
    numbers = find_numbers(text)
    if len(numbers) == 1 and text.strip().lstrip("#").upper() == numbers[0].text:
        return numbers[0]
    return None
