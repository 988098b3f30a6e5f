"""Sales in a span of time: from when until when, and what was sold in it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from .facts import LookedAt
from .periods import Days, Period, begins

_CENT, _TENTH = Decimal("0.01"), Decimal("0.1")
# More bars than these are too thin for a phone: then they are of weeks, or of months.
_DAYS_SHOWN: Final = 62
_WEEKS_SHOWN: Final = 60
_HOUR: Final = timedelta(hours=1)
_WEEK: Final = timedelta(days=7)
_DECEMBER: Final = 12


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
class Speed:
    """How long things took, the middle one of all; None where that is known of none.

    ``to_deliver``: from the order until nothing was owed any more; ``to_answer``: from a buyer's
    ticket until our first text in it. Of how many that is known stands beside it.
    """

    to_deliver: timedelta | None = None
    delivered: int = 0
    to_answer: timedelta | None = None
    answered: int = 0


Unit = Literal["hour", "day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Bar:
    """What was sold from a moment on, until the next bar's. For a picture: no exact sums."""

    since: datetime
    revenue: float = 0.0
    orders: int = 0
    refunds: int = 0


def bars_of(
    days: Days, since: date | None, zone: ZoneInfo
) -> tuple[Unit, tuple[datetime, ...], datetime]:
    """Return what a bar is of, the first moment of each, and when the last of them ends.

    ``since``: nothing is known before it. One day is told hour by hour.
    """
    end = begins(days.last + timedelta(days=1), zone)
    if days.first == days.last:
        hours, at = [], begins(days.first, zone)
        while at < end:
            hours.append(at)
            at += _HOUR
        return "hour", tuple(hours), end
    unit, firsts = _days_of(days, since)
    return unit, tuple(begins(day, zone) for day in firsts), end


def _days_of(days: Days, since: date | None) -> tuple[Unit, tuple[date, ...]]:
    first = days.first if since is None else min(max(days.first, since), days.last)
    many = (days.last - first).days + 1
    if many <= _DAYS_SHOWN:
        return "day", tuple(first + timedelta(days=place) for place in range(many))
    if many <= _WEEKS_SHOWN * _WEEK.days:
        monday = first - timedelta(days=first.weekday())
        weeks = (days.last - monday).days // _WEEK.days + 1
        return "week", tuple(monday + place * _WEEK for place in range(weeks))
    months = [first.replace(day=1)]
    while (following := _next_month(months[-1])) <= days.last:
        months.append(following)
    return "month", tuple(months)


def _next_month(first: date) -> date:
    if first.month == _DECEMBER:
        return first.replace(year=first.year + 1, month=1)
    return first.replace(month=first.month + 1)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a report shows, and how much of the marketplace's orders it is made of.

    ``known``: how many orders are known, the oldest of them placed at ``known_since``.
    """

    period: Period
    start: datetime
    end: datetime
    sales: Sales
    speed: Speed = Speed()
    looked_at: LookedAt = "all"
    known: int = 0
    known_since: datetime | None = None
    total: int | None = None  # as the marketplace says, while older ones are still being read


@functools.cache
def _adapter() -> TypeAdapter[ReportFacts]:
    return TypeAdapter(ReportFacts)


def packed(facts: ReportFacts) -> Any:
    """Return a report as plain JSON."""
    return _adapter().dump_python(facts, mode="json")


def unpacked(body: Any) -> ReportFacts:
    """Return the report that :func:`packed` gave."""
    return _adapter().validate_python(body)
