"""What became of the accounts of each source: what they brought, cost, and what went wrong."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from pydantic import TypeAdapter

SINCE: Final = timedelta(days=90)  # orders that were placed before are not looked at


@dataclass(frozen=True, slots=True)
class SoldUnits:
    """Units of one import that went to one order.

    ``amount``: what the order brought, for ``of`` units; nothing where it was refunded.
    """

    source: str
    cost: Decimal | None
    order_id: str
    units: int
    amount: Decimal | None
    of: int
    bad: bool  # refunded, or with a ticket


@dataclass(slots=True)
class Source:
    """One source: its units that were sold, and the orders they went to."""

    name: str
    units: int = 0
    revenue: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    costed: int = 0  # units of which the cost is known
    orders: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)

    @property
    def profit(self) -> Decimal | None:
        """What is left; None where the cost of a unit is not known."""
        return self.revenue - self.cost if self.costed == self.units else None

    @property
    def bad_rate(self) -> Decimal:
        """How many of a hundred orders were refunded or have a ticket."""
        return Decimal(100 * len(self.bad)) / len(self.orders) if self.orders else Decimal(0)


_CENT: Final = Decimal("0.01")


def by_source(sold: Iterable[SoldUnits]) -> tuple[Source, ...]:
    """Return the sources of what was sold, the one with the most units first."""
    found: dict[str, Source] = {}
    for each in sold:
        source = found.setdefault(each.source, Source(each.source))
        source.units += each.units
        source.orders.add(each.order_id)
        if each.bad:
            source.bad.add(each.order_id)
        if each.cost is not None:
            source.costed += each.units
            source.cost += each.cost * each.units
        source.revenue += (each.amount or Decimal(0)) * each.units / max(each.of, each.units)
    for source in found.values():
        source.revenue = source.revenue.quantize(_CENT)
        source.cost = source.cost.quantize(_CENT)
    return tuple(sorted(found.values(), key=lambda one: (-one.units, one.name)))


@functools.cache
def _adapter() -> TypeAdapter[tuple[Source, ...]]:
    return TypeAdapter(tuple[Source, ...])


def packed(found: Sequence[Source]) -> Any:
    """Return sources as plain JSON."""
    return _adapter().dump_python(tuple(found), mode="json")


def unpacked(body: Any) -> tuple[Source, ...]:
    """Return the sources that :func:`packed` gave."""
    return _adapter().validate_python(body)
