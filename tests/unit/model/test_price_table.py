"""A file of new prices, however its cells stand apart, with headings or without."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.model.price_table import read_file

TWO = (("p1", Decimal("9.50")), ("Windows 11, Pro", Decimal(44)))


@pytest.mark.parametrize(
    ("text", "rows", "unread"),
    [
        ('p1,9.50\n"Windows 11, Pro",44\n', TWO, ()),
        ('p1,"9,50"\n"Windows 11, Pro",$44\n', TWO, ()),
        ("Title;New price\np1;9,50\n\nWindows 11, Pro;44\n", TWO, ()),
        ("other;9..5\np1;9,50\nWindows 11, Pro;44", TWO, ("other;9..5",)),
        ("p1\t9.50\nWindows 11, Pro\t44", TWO, ()),
        ("p1 9.50\nWindows 11, Pro 44", TWO, ()),
        # Commas of cents, as most of Europe writes them, are no ends of cells.
        ("p1 9,50\nWindows 11 Pro 44 €", (TWO[0], ("Windows 11 Pro", Decimal(44))), ()),
        ("Windows 11,50\np1,9.50", (("Windows 11", Decimal(50)), TWO[0]), ()),
        ("p1|9.50\nWindows 11, Pro|44\nother|free", TWO, ("other|free",)),
        # As /export writes it: the ID counts, and whatever else stands there does not.
        (
            'product_id,title,category,price,stock\np1,"A, b",Games,9.50,3\np2,x,y,,1\np3,z,y,no,1',
            (("p1", Decimal("9.50")),),
            ("p3,z,y,no,1",),
        ),
        (
            "id,title,price\np1,Aged, 2015,1.35\np2,x,9.50",
            (("p2", Decimal("9.50")),),
            ("p1,Aged, 2015,1.35",),
        ),
        (
            'id,title,price\np1,x,9.50\np2,"Windows,3\np3,y,4',
            (("p1", Decimal("9.50")),),
            ("p2,Windows,3p3,y,4",),
        ),
        ("product_id,title\np1,Windows", None, ()),
        ("+10%", None, ()),
        ("", None, ()),
        ("p1,free\n,9.50\n", None, ()),
        ('"p1,9.50', None, ()),
    ],
)
def test_a_file_of_prices_is_read(
    text: str, rows: tuple[tuple[str, Decimal], ...] | None, unread: tuple[str, ...]
) -> None:
    table = read_file(text)
    assert (None if table is None else table.rows) == rows
    if table is not None:
        assert table.unread == unread
