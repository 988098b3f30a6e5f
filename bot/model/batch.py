"""Changes of several products at once: what was asked for, item by item, and how far it came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

BatchKind = Literal["price", "status"]
Why = Literal["selected", "pause_shop", "open_shop", "undo"]
BatchState = Literal["proposed", "running", "stopped", "done", "declined", "expired"]
ItemState = Literal["waiting", "sending", "unknown", "done", "refused", "skipped"]

MAX_ITEMS: Final = 1_000
PAGE: Final = 10
AT_ONCE: Final = 2  # changes under way: what people do one by one goes beside them
# So many changes of which nobody knows what became of them end a batch for now.
UNSURE: Final = 3
MAX_PRICE: Final = Decimal("999999999.99")
MAX_PERCENT: Final = Decimal(900)
_CENT: Final = Decimal("0.01")
# Reasons of an intent's end that are of no product: the next one would end the same way.
AWAY: Final = frozenset(
    {"unavailable", "throttled", "not_authorised", "forbidden", "not_allowed", "expired", "locked"}
)


@dataclass(frozen=True, slots=True)
class Item:
    """One product of a batch, with its value before and after: a price as a text, or a status."""

    place: int
    product_id: str
    title: str
    before: str
    after: str
    state: ItemState = "waiting"
    reason: str = ""
    intent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What was asked for of several products, and its state; its items are read apart."""

    id: int
    shop_id: int
    kind: BatchKind
    why: Why
    state: BatchState
    reason: str
    chat_id: int
    proposed_by: int
    created_at: datetime
    expires_at: datetime
    confirmed_by: int | None = None
    finished_at: datetime | None = None
    undoes: int | None = None
    undone_by: int | None = None
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How many items of a batch are in which state."""

    total: int = 0
    waiting: int = 0
    sending: int = 0
    unknown: int = 0
    done: int = 0
    refused: int = 0
    skipped: int = 0


def count(states: Iterable[str]) -> Count:
    """Return how many items are in which state."""
    found = Counter(states)
    return Count(
        total=found.total(),
        waiting=found["waiting"],
        sending=found["sending"],
        unknown=found["unknown"],
        done=found["done"],
        refused=found["refused"],
        skipped=found["skipped"],
    )


# --- how prices change ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Percent:
    """So many percent more, or less."""

    by: Decimal


@dataclass(frozen=True, slots=True)
class Amount:
    """So much more, or less."""

    by: Decimal


@dataclass(frozen=True, slots=True)
class Exactly:
    """This price."""

    price: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """A price for each product that a line names: (ID or title, price), and lines without one.

    ``listed``: it is a list of products, in which some prices were changed.
    """

    rows: tuple[tuple[str, Decimal], ...]
    unread: tuple[str, ...] = ()
    listed: bool = False


Change = Percent | Amount | Exactly | Table

_SIGNS: Final = str.maketrans({"−": "-", "–": "-", "—": "-"})
# A point or a comma before the cents; three digits behind one are none: 1,000 may be a thousand.
_NUMBER = r"(\d{1,9})(?:[.,](\d{1,2}|\d{4}))?"
_MONEY = r"(?:[^\d\s.,+=-]{1,4}\s*)?" + _NUMBER + r"(?:\s*[^\d\s.,+%=-]{1,4})?"
_PERCENT: Final = re.compile(r"([+-])\s*" + _NUMBER + r"\s*%")
_AMOUNT: Final = re.compile(r"([+-])\s*" + _MONEY)
_EXACTLY: Final = re.compile(r"=?\s*" + _MONEY)
# Behind a title only what is surely a currency stands before a price: “Windows 11 Pro 9.50”.
_IN_ROW = (
    r"(?:(?:[A-Za-z]{0,3}[^\w\s.,+=;|-]|[A-Z]{3})\s*)?" + _NUMBER + r"(?:\s*[^\d\s.,+%=-]{1,4})?"
)
_ROW: Final = re.compile(r"(.*?)\s*(?:[;|\t]|\s)\s*" + _IN_ROW + r"\s*")


def read_change(text: str) -> Change | None:
    """Read how prices are to change: ``+10%``, ``-0.50``, ``=9.50``, or a line for each product.

    None where it is nothing of these.
    """
    text = text.translate(_SIGNS).strip()
    percent = _PERCENT.fullmatch(text)
    if percent is not None:
        by = _signed(percent[1], _decimal(percent[2], percent[3]))
        return Percent(by) if -100 < by <= MAX_PERCENT and by else None  # noqa: PLR2004
    amount = _AMOUNT.fullmatch(text)
    if amount is not None:
        by = _signed(amount[1], _decimal(amount[2], amount[3]))
        return Amount(by) if by else None
    exactly = _EXACTLY.fullmatch(text)
    if exactly is not None:
        return Exactly(_decimal(exactly[1], exactly[2]))
    return _table(text)


def _table(text: str) -> Table | None:
    rows, unread = [], []
    for written in text.splitlines():
        # One space for many: a row of thousands, in a file, would keep the pattern busy for hours.
        line = " ".join(written.split())
        if not line:
            continue
        row = _ROW.fullmatch(line)
        named = "" if row is None else row[1].strip(" \t,:;|=-")
        if row is None or not named:
            unread.append(line)
        else:
            rows.append((named, _decimal(row[2], row[3])))
    return Table(tuple(rows), tuple(unread)) if rows else None


def _decimal(whole: str, cents: str | None) -> Decimal:
    return Decimal(f"{whole}.{cents}" if cents else whole)


def _signed(sign: str, value: Decimal) -> Decimal:
    return -value if sign == "-" else value


def changed(price: Decimal, change: Percent | Amount | Exactly) -> Decimal | None:
    """Return what a price becomes, to the cent; None where that is no price any more."""
    match change:
        case Percent(by=by):
            after = price * (100 + by) / 100
        case Amount(by=by):
            after = price + by
        case Exactly(price=exact):
            after = exact
    after = after.quantize(_CENT, ROUND_HALF_UP)
    return after if 0 < after <= MAX_PRICE else None


def is_big(before: Decimal, after: Decimal) -> bool:
    """Say whether a price more than doubles, or falls to less than half."""
    return after > 2 * before or 2 * after < before


def page_of(items: Sequence[Item], page: int) -> tuple[tuple[Item, ...], int, int]:
    """Return the items of a page, its number as it is, and how many there are."""
    pages = max(-(-len(items) // PAGE), 1)
    page = min(max(page, 1), pages)
    return tuple(items[(page - 1) * PAGE : page * PAGE]), page, pages
