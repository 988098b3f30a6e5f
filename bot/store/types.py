"""Column types that keep what plain SQLite would lose: a time's zone, an amount's exactness."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


def written(moment: datetime) -> str:
    """Return a time as it is stored, in UTC. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone must not be stored")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Instant(TypeDecorator[datetime]):
    """An aware time, kept as ISO 8601 in UTC with microseconds: it sorts as text."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Turn it to UTC. Raises ValueError for a time without a zone."""
        return None if value is None else written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read it back, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class Exact(TypeDecorator[Decimal]):
    """An amount of money, kept as its decimal text; never a float."""

    impl = String(48)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write it out in full. Raises TypeError for a float, ValueError for NaN or infinity."""
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError("money is a Decimal, never a float")
        if not value.is_finite():
            raise ValueError("an amount of money is a finite number")
        return format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read it back, with the digits it had."""
        return None if value is None else Decimal(value)


class Json(TypeDecorator[Any]):
    """Plain JSON that holds nothing secret."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write it as compact JSON."""
        return (
            None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        )

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)
