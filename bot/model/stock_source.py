"""Where accounts of a pool came from and what one of them cost, as one line says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

MAX_SOURCE: Final = 60  # characters
# The last word, with a sign of the currency at either end; a comma or a point before the cents.
_COST: Final = re.compile(
    r"(?:(?P<source>.*?)(?:\s*[;|\t]\s*|\s+))?"
    r"(?:[^\d\s.,+=-]{1,4}\s?)?(?P<whole>\d{1,7})(?:[.,](?P<rest>\d{1,4}))?(?:\s?[^\d\s.,+=-]{1,4})?"
)


@dataclass(frozen=True, slots=True)
class StockBatch:
    """An import of accounts. ``cost``: of one of them; None where nobody said it."""

    intent_id: int
    product_id: str
    added_at: datetime
    source: str = ""
    cost: Decimal | None = None
    lines: int = 0


def read_source(text: str) -> tuple[str, Decimal | None] | None:
    """Read ``MegaKeys 0.80``: the source, the cost of one account, or both.

    None where it is neither, or the source is too long.
    """
    line = " ".join(text.replace("\t", " ; ").split())
    match = _COST.fullmatch(line)
    source, cost = line, None
    if match is not None:
        source = (match["source"] or "").strip(" ;|,:-")
        whole, rest = match["whole"], match["rest"]
        cost = Decimal(f"{whole}.{rest}" if rest else whole)
    if len(source) > MAX_SOURCE or not (source or cost is not None):
        return None
    return source, cost


def dumped(batch: StockBatch) -> dict[str, str]:
    """Return what a message needs of an import, as plain texts."""
    return {
        "intent_id": str(batch.intent_id),
        "product_id": batch.product_id,
        "added_at": batch.added_at.isoformat(),
        "source": batch.source,
        "cost": "" if batch.cost is None else format(batch.cost, "f"),
    }


def loaded(texts: dict[str, str]) -> StockBatch:
    """Return an import as :func:`dumped` wrote it."""
    return StockBatch(
        int(texts["intent_id"]),
        texts["product_id"],
        datetime.fromisoformat(texts["added_at"]),
        texts["source"],
        Decimal(texts["cost"]) if texts["cost"] else None,
    )
