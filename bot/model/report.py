"""Sales in a span of time: from when until when, and what was sold in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final, Literal
from zoneinfo import ZoneInfo

from .facts import LookedAt

Period = Literal["today", "yesterday", "week", "days", "month"]
PERIODS: Final[tuple[Period, ...]] = ("today", "yesterday", "week", "days", "month")
_DAYS: Final = {"today": 1, "week": 7, "days": 30}
_CENT, _TENTH = Decimal("0.01"), Decimal("0.1")


def span(period: Period, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of a period and the first one behind it, by the clock of ``zone``.

    ``week`` and ``days`` are the last 7 and 30 days, today among them.
    """
    today = now.astimezone(zone).date()
    if period == "yesterday":
        return _begins(today - timedelta(days=1), zone), _begins(today, zone)
    first = today.replace(day=1)
    if period != "month":
        first = today - timedelta(days=_DAYS[period] - 1)
    return _begins(first, zone), _begins(today + timedelta(days=1), zone)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold of one product, without what was refunded."""

    product_id: str
    title: str
    orders: int
    units: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class Sales:
    """What was ordered in a span of time, as the orders of it stand now.

    ``orders``: paid ones, refunded or not; ``units`` and ``revenue`` are of those that were not
    refunded. ``unpriced``: how many of these say no amount. ``best``: by revenue.
    """

    orders: int = 0
    units: int = 0
    revenue: Decimal = Decimal(0)
    refunds: int = 0
    refunded: Decimal = Decimal(0)
    unpaid: int = 0
    unpriced: int = 0
    best: tuple[Sold, ...] = ()

    @property
    def kept(self) -> int:
        """How many orders were paid and not refunded."""
        return self.orders - self.refunds

    @property
    def average(self) -> Decimal | None:
        """What an order that was not refunded came to, to a cent; None where none says."""
        priced = self.kept - self.unpriced
        return _rounded(self.revenue / priced, _CENT) if priced > 0 else None

    @property
    def refund_rate(self) -> Decimal | None:
        """How many of a hundred orders were refunded, to a tenth; None where there were none."""
        if not self.orders:
            return None
        return _rounded(Decimal(100) * self.refunds / self.orders, _TENTH)


def _rounded(number: Decimal, to: Decimal) -> Decimal:
    with localcontext() as exact:
        exact.prec = 60  # an odd amount has more digits than usual
        return number.quantize(to, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a report shows, and how much of the marketplace's orders it is made of.

    ``known``: how many orders are known, the oldest of them placed at ``known_since``.
    """

    period: Period
    start: datetime
    end: datetime
    sales: Sales
    looked_at: LookedAt = "all"
    known: int = 0
    known_since: datetime | None = None
