"""The units that the marketplace shows on an order, however it writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from .goods import looks_like_goods

# A code of one word: it has a digit, as no heading of one word has.
_CODE: Final = re.compile(r"(?=\S*\d)\S{6,}")
# Of a unit that words may stand below.
_MOST_LINES: Final = 8
_LONGEST: Final = 4_000


def units_in(delivered_info: str) -> Iterator[str]:
    """Yield every unit that ``delivered_info`` may hold.

    It is a JSON array, one element a unit, or plain text: then nobody knows where a unit ends,
    and the whole and each of its lines count as one. A row of several lines may end in words that
    were put below the unit: the lines that it begins with count as one, too.
    """
    text = delivered_info.strip()
    if not text:
        return
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = None
    if isinstance(rows, list):
        for row in rows:
            yield from _units_of_row(row)
        return
    yield text
    for line in text.splitlines():
        if line.strip() and line.strip() != text:
            yield line.strip()


def each_once(delivered_info: str) -> Iterator[list[str]]:
    """Yield, for each unit, the ways in which it may be written; none of a plain text."""
    try:
        rows = json.loads(delivered_info)
    except (ValueError, RecursionError):
        return
    for row in rows if isinstance(rows, list) else ():
        if ways := list(_units_of_row(row)):
            yield ways


def _units_of_row(row: Any) -> Iterator[str]:
    if isinstance(row, str):
        if row.strip():
            yield row.strip()
            yield from _beginnings(row)
    elif isinstance(row, dict):
        name, word = row.get("username"), row.get("password")
        if isinstance(name, str) and isinstance(word, str):
            # Delivered from the pool: an account, as it is written in a line.
            yield f"{name}:{word}"
        else:
            yield json.dumps(row, ensure_ascii=False, sort_keys=True)
    elif row is not None:
        yield str(row)


def _beginnings(row: str) -> Iterator[str]:
    """Yield the lines that a row begins with, which may be a unit with words of ours below it.

    One line alone is yielded where it can hardly be a heading; the row itself never is.
    """
    lines = row.strip().replace("\r\n", "\n").split("\n")[: _MOST_LINES + 1]
    for count in range(1, len(lines)):
        unit = "\n".join(lines[:count])
        if len(unit) > _LONGEST:
            return
        known = count > 1 or looks_like_goods(unit) or _CODE.fullmatch(unit)
        if known and lines[count - 1].strip():
            yield unit.strip()
