"""Numbers that people paste: of orders, tickets, payments and refunds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# TK is a prefix of TKT: the longer one is tried first.
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])(TKT|PAY|REF|TK)[ \u00a0]?(\d{10,16})(?![A-Za-z0-9])", re.IGNORECASE
)
# Without its letters: a Unix time in milliseconds, of 2014 to 2033.
_BARE = re.compile(r"#?(1[4-9]\d{11})")
_ID = re.compile(r"[A-Za-z0-9._-]{6,200}")
# What may stand beside a number in a sentence; anything else may be goods.
_HERE = "\x00"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*[.,;:!?)]*|[-\u2013\u2014]")
_PLACE = re.compile(rf"[#(]*{_HERE}[.,;:!?)]*")

Kind = Literal["order", "ticket", "payment", "refund", "bare"]
_KINDS: dict[str, Kind] = {"TKT": "ticket", "PAY": "payment", "REF": "refund", "TK": "order"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number and what it numbers; a bare one stands without the letters that say so."""

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
    match = _NUMBER.fullmatch(text.strip().lstrip("#"))
    return None if match is None else find_numbers(match[0])[0]


def numbers_among_words(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text that holds nothing else but plain words.

    None where anything else stands there: that may be goods. A bare number stands alone.
    """
    bare = _BARE.fullmatch(text.strip())
    if bare is not None:
        return (Number("bare", bare[1]),)
    rest = _NUMBER.sub(_HERE, text.replace(_HERE, "?"))
    if all(_WORD.fullmatch(token) or _PLACE.fullmatch(token) for token in rest.split()):
        return find_numbers(text)
    return ()


def may_be_id(text: str) -> str:
    """Return the ID that ``text`` may be, if it is one word; else nothing."""
    word = text.strip()
    return word if _ID.fullmatch(word) else ""
