"""How prices of several products change, as people write it; and which products a list shows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.model.batch import (
    Amount,
    Change,
    Exactly,
    Item,
    Percent,
    Table,
    changed,
    count,
    is_big,
    page_of,
    read_change,
)
from bot.model.press import Press, Verb
from bot.model.shelf import Shelf, mark_of, typed, unpack


def d(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("+10%", Percent(d("10"))),
        ("- 5 %", Percent(d("-5"))),
        ("−12,5%", Percent(d("-12.5"))),
        ("+0.50", Amount(d("0.50"))),
        ("-$1", Amount(d("-1"))),
        ("9.50", Exactly(d("9.50"))),
        ("= 9,50 €", Exactly(d("9.50"))),
        (
            "p1; 9.50\nNetflix Premium 1 month\t$44\nWindows 11 - 17,50\n\nno price here",
            Table(
                (
                    ("p1", d("9.50")),
                    ("Netflix Premium 1 month", d("44")),
                    ("Windows 11", d("17.50")),
                ),
                ("no price here",),
            ),
        ),
        (
            "Windows 11 Pro 17.50\nOffice R$ 9\nOffice US$12\nOffice USD 12 ",
            Table(
                (
                    ("Windows 11 Pro", d("17.50")),
                    ("Office", d("9")),
                    ("Office", d("12")),
                    ("Office", d("12")),
                )
            ),
        ),
        # Columns of a table that stand far apart, in a line that says no price, too.
        ("p1" + " " * 4000 + "9.50", Table((("p1", d("9.50")),))),
        ("Office" + " " * 600 + "free", None),
        ("Windows 11 1000000000", None),
        ("10%", None),
        ("+0%", None),
        ("-100%", None),
        ("+1000%", None),
        ("-0", None),
        ("1e9", None),
        ("1,000", None),
        ("+1,000", None),
        ("1000000000", None),
        ("", None),
        ("cheaper, please", None),
    ],
)
def test_a_change_of_prices_is_read_as_people_write_it(text: str, change: Change | None) -> None:
    assert read_change(text) == change


@pytest.mark.parametrize(
    ("price", "text", "after"),
    [
        ("17.50", "+10%", "19.25"),
        ("0.05", "-50%", "0.03"),
        ("0.01", "-60%", None),
        ("17.50", "-17.50", None),
        ("17.50", "-20", None),
        ("17.50", "+0.49", "17.99"),
        ("999999999", "+5%", None),
        ("17.50", "0", None),
        ("17.50", "12", "12.00"),
    ],
)
def test_a_new_price_is_to_the_cent_and_never_nothing_or_less(
    price: str, text: str, after: str | None
) -> None:
    change = read_change(text)
    assert change is not None
    assert not isinstance(change, Table)
    got = changed(d(price), change)
    assert (None if got is None else format(got, "f")) == after


def test_a_price_that_doubles_or_halves_is_big() -> None:
    assert [is_big(d("10"), d(after)) for after in ("21", "20", "5", "4.99")] == [
        True,
        False,
        False,
        True,
    ]


def test_items_are_counted_and_shown_in_pages() -> None:
    items = [Item(at, f"p{at}", "", "1", "2", "done" if at < 3 else "waiting") for at in range(21)]
    counts = count(item.state for item in items)
    assert (counts.total, counts.done, counts.waiting, counts.refused) == (21, 3, 18, 0)
    assert [len(page_of(items, page)[0]) for page in (1, 2, 3)] == [10, 10, 1]
    assert page_of(items, 9)[1:] == (3, 3)
    assert page_of([], 1) == ((), 1, 1)


@pytest.mark.parametrize(
    "shelf",
    [
        Shelf(),
        Shelf("low"),
        Shelf("paused", "d"),
        Shelf("active", "b", mark_of("c" * 200), "1234567-7654321"),
        Shelf(prices="100-"),
        Shelf(words="netflix premium"),
    ],
)
def test_a_list_comes_back_from_a_button_as_it_was(shelf: Shelf) -> None:
    for verb in (Verb.PRODUCTS, Verb.SELECT):
        assert Press(verb, shelf.pack(), "123").pack()
    assert unpack(shelf.pack()) == shelf


@pytest.mark.parametrize("subject", ["", "nothing", "all.x..", "all.t.zz.", "q.%%%", "all.t..5"])
def test_a_button_that_says_nothing_shows_everything(subject: str) -> None:
    assert unpack(subject) == Shelf()


@pytest.mark.parametrize(
    ("text", "shelf"),
    [
        ("LOW", Shelf("low")),
        ("5-20", Shelf(prices="5-20")),
        ("100 -", Shelf(prices="100-")),
        ("windows 10-20", None),
        ("", None),
    ],
)
def test_a_filter_or_a_range_of_prices_can_be_typed(text: str, shelf: Shelf | None) -> None:
    assert typed(text) == shelf
    if shelf is not None and shelf.prices:
        assert shelf.bounds[0] == d(shelf.prices.partition("-")[0])
