"""Where accounts came from and what one cost, as one line says it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

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
