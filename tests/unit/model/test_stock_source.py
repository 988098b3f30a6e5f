"""Where accounts came from and what one cost, as one line says it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.model.sources import SoldUnits, by_source
from bot.model.stock_source import StockBatch, dumped, loaded, read_source


@pytest.mark.parametrize(
    ("text", "source", "cost"),
    [
        ("MegaKeys 0.80", "MegaKeys", "0.80"),
        ("Mega Keys; $0,80", "Mega Keys", "0.80"),
        ("MegaKeys\t1.5", "MegaKeys", "1.5"),
        ("my friend: 2 €", "my friend", "2"),
        ("0.80", "", "0.80"),
        ("MegaKeys", "MegaKeys", None),
        ("Keys 24", "Keys", "24"),
        ("shop no. x", "shop no. x", None),
    ],
)
def test_a_source_a_cost_or_both_are_read(text: str, source: str, cost: str | None) -> None:
    assert read_source(text) == (source, None if cost is None else Decimal(cost))


@pytest.mark.parametrize("text", ["", "   ", "x" * 61, "x" * 61 + " 0.80"])
def test_what_is_neither_is_not_taken(text: str) -> None:
    assert read_source(text) is None


@pytest.mark.parametrize("cost", [None, Decimal("0.80")])
def test_an_import_comes_back_from_its_texts(cost: Decimal | None) -> None:
    batch = StockBatch(7, "p1", datetime(2026, 11, 12, tzinfo=UTC), "MegaKeys", cost)
    assert loaded(dumped(batch)) == batch


def sold(source: str, cost: str | None, order: str, units: int = 1, **more: bool) -> SoldUnits:
    price = None if cost is None else Decimal(cost)
    return SoldUnits(source, price, order, units, Decimal("10.00"), 2, bad=more.get("bad", False))


def test_a_source_has_its_profit_and_its_share_of_bad_orders() -> None:
    one, two, empty = by_source(
        [
            sold("Mega", "0.80", "1", 2),
            sold("Mega", "0.80", "2", bad=True),
            sold("Nano", None, "2"),
            sold("Nano", "1", "3"),
            SoldUnits("", Decimal(1), "4", 1, None, 1, bad=True),
        ]
    )
    assert (one.name, one.units, len(one.orders)) == ("Mega", 3, 2)
    assert (one.revenue, one.cost, one.profit) == (Decimal(15), Decimal("2.40"), Decimal("12.60"))
    assert one.bad_rate == 50
    assert two.profit is None
    assert two.bad_rate == 0
    assert (empty.profit, empty.bad_rate) == (Decimal(-1), Decimal(100))
    assert by_source([]) == ()
