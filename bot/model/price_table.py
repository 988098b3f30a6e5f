"""A price for each product, as a file holds it: lines as they are pasted, or cells."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from .batch import Exactly, Table, read_change

_BETWEEN: Final = ("\t", ";", "|", ",")
# As the headings of an exported list of products: the ID says most surely which one is meant.
_NAMES: Final = ("product_id", "id", "title")
_PRICE: Final = "price"
_SHOWN: Final = 200  # characters of a line that cannot be read


def read_file(text: str) -> Table | None:
    """Read a file of prices; None where no line of it holds one.

    Cells stand between tabs, semicolons, bars or commas. With headings, as in an exported list,
    those of ID or title and of price count; without, the last cell is the price.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    between = next((sign for sign in _BETWEEN if lines and sign in lines[0]), None)
    if between is None or (between == "," and _has_decimal_commas(lines)):
        change = read_change(text)
        return change if isinstance(change, Table) else None
    try:
        rows = [row for row in csv.reader(lines, delimiter=between) if row]
    except csv.Error:
        return None
    heads = [cell.strip().strip("\ufeff").lower() for cell in rows[0]]
    name = next((heads.index(each) for each in _NAMES if each in heads), None)
    if name is not None and _PRICE in heads:
        at = heads.index(_PRICE)
        # A product that has no price in the list is to have none. A row with more cells than the
        # headings has a sign of its own between them: nobody knows which cell is the price. One
        # that ends before its price is what a lost quotation mark makes of many.
        found = [
            (_cell(row, name), _cell(row, at) if len(row) <= len(heads) else "", between.join(row))
            for row in rows[1:]
            if len(row) <= at or _cell(row, at)
        ]
        listed = True
    else:
        found = [
            (between.join(row[:-1]).strip(), row[-1].strip(), between.join(row)) for row in rows
        ]
        listed = False
        if len(found) > 1 and not any(map(str.isdigit, found[0][1])):
            found = found[1:]  # headings; a price that is mistyped is said
    priced: list[tuple[str, Decimal]] = []
    unread: list[str] = []
    for named, cell, line in found:
        price = _price(cell)
        if price is None or not named:
            unread.append(line.strip()[:_SHOWN])
        else:
            priced.append((named, price))
    return Table(tuple(priced), tuple(unread), listed) if priced else None


def _has_decimal_commas(lines: Sequence[str]) -> bool:
    """Say whether the commas are those of prices, as in “Netflix 9,50”, in each line alike."""
    if any(line.count(",") > 1 for line in lines):
        return False
    pasted = read_change("\n".join(lines))
    return isinstance(pasted, Table) and not pasted.unread


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _price(cell: str) -> Decimal | None:
    change = read_change(cell) if cell else None
    return change.price if isinstance(change, Exactly) else None
