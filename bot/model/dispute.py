"""What happened on an order, in its order in time: for whoever has to judge a complaint."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import SecretStr

from .goods import mask
from .order import Order

What = Literal[
    "placed",
    "paid",
    "delivered",
    "replaced",
    "status",
    "refunded",
    "receipt",
    "ticket",
    "ticket_status",
    "moderator",
    "buyer_wrote",
    "we_wrote",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; ``who`` of us did it, empty: the marketplace or somebody unknown.

    ``text`` is a stranger's or ours, with nothing in it that may be goods.
    """

    at: datetime
    what: What
    who: str = ""
    text: str = field(default="", repr=False)
    number: str = ""  # of the ticket or the payment
    units: int = 0  # delivered so far; of a replacement: which one was replaced
    status: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """Everything that is known of an order, and of the tickets about it.

    ``kind`` and ``subject_id``: what it was asked for from. ``order``: None where it is not known.
    """

    kind: Literal["order", "ticket"]
    subject_id: str
    number: str
    order: Order | None
    entries: tuple[Entry, ...]


# anna | Secret, and a key of several groups.
_SPACED = re.compile(r"\S+[ \t]+\|[ \t]+\S+")
_KEY = re.compile(r"(?:[A-Za-z0-9]{4,6}-){2,}[A-Za-z0-9]{4,6}")
# anna:Secret, anna|Secret: one word, but no time.
_PAIR = re.compile(r"[^\s:|]+[:|][^\s:|]\S*")
_A_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_AROUND = ".,;!?()[]\"'“”«»"


def without_goods(text: str, is_unit: Callable[[str], bool]) -> str:
    """Return a text in which everything that is, or may be, a unit shows its ends alone.

    ``is_unit``: whether a line or a word is one that was delivered.
    """
    return "\n".join(_line(line, is_unit) for line in text.split("\n"))


def _line(line: str, is_unit: Callable[[str], bool]) -> str:
    if line.strip() and is_unit(line.strip()):
        return mask(SecretStr(line.strip()))
    line = _SPACED.sub(lambda match: mask(SecretStr(match[0])), line)
    return "".join(_word(word, is_unit) for word in re.split(r"(\s+)", line))


def _word(word: str, is_unit: Callable[[str], bool]) -> str:
    bare = word.strip(_AROUND)
    if not bare.strip():
        return word
    may_be = _KEY.search(bare) or (
        _PAIR.fullmatch(bare) and not _A_TIME.fullmatch(bare) and "://" not in bare
    )
    return mask(SecretStr(bare)) if may_be or is_unit(bare) else word
