from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.model.periods import Days, span
from bot.model.report import ReportFacts, Sales, Speed, bars_of, packed, unpacked


def at(month: int, day: int, hour: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "zone", "start", "end"),
    [
        ("today", "UTC", at(11, 23), at(11, 24)),
        ("yesterday", "UTC", at(11, 22), at(11, 23)),
        ("week", "UTC", at(11, 17), at(11, 24)),
        ("days", "UTC", at(10, 25), at(11, 24)),
        ("month", "UTC", at(11, 1), at(11, 24)),
        # 20:00 in UTC is tomorrow in Tokyo, whose day begins at 15:00.
        ("today", "Asia/Tokyo", at(11, 23, 15), at(11, 24, 15)),
        ("month", "Asia/Tokyo", at(10, 31, 15), at(11, 24, 15)),
    ],
)
def test_a_period_is_of_whole_days_by_the_persons_clock(
    period: Any, zone: str, start: datetime, end: datetime
) -> None:
    assert span(period, at(11, 23, 20), ZoneInfo(zone)) == (start, end)


def test_the_day_of_a_clock_change_has_the_hours_that_it_has() -> None:
    start, end = span("today", at(3, 29, 12), ZoneInfo("Europe/Berlin"))
    assert (start, end) == (at(3, 28, 23), at(3, 29, 22))


@pytest.mark.parametrize(
    ("sales", "average", "rate"),
    [
        (Sales(), None, None),
        (Sales(3, 3, Decimal(10)), "3.33", "0.0"),
        (Sales(3, 2, Decimal("10.01"), refunds=1), "5.01", "33.3"),
        (Sales(3, 2, Decimal(10), refunds=1, unpriced=1), "10.00", "33.3"),
        (Sales(2, 0, Decimal(0), refunds=2), None, "100.0"),
        (Sales(1, 1, Decimal("9" * 40)), "9" * 40 + ".00", "0.0"),
    ],
)
def test_average_and_rate_are_of_what_they_say(
    sales: Sales, average: str | None, rate: str | None
) -> None:
    shown = [sales.average, sales.refund_rate]
    if average == "9" * 40 + ".00":
        assert sales.average is not None
        assert sales.average > Decimal(10) ** 39
        return
    assert [None if each is None else str(each) for each in shown] == [average, rate]


ZONE = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("first", "since", "unit", "many", "begins"),
    [
        ("2026-11-23", None, "hour", 24, "2026-11-23"),
        ("2026-09-23", None, "day", 62, "2026-09-23"),
        ("2026-09-01", None, "week", 13, "2026-08-31"),
        ("2000-01-01", "2026-11-01", "day", 23, "2026-11-01"),
        ("2000-01-01", "2026-12-01", "day", 1, "2026-11-23"),
        ("2025-01-15", None, "month", 23, "2025-01-01"),
    ],
)
def test_bars_are_as_many_as_a_phone_shows(
    first: str, since: str | None, unit: str, many: int, begins: str
) -> None:
    days = Days(date.fromisoformat(first), date(2026, 11, 23))
    known = None if since is None else date.fromisoformat(since)
    found, moments, end = bars_of(days, known, ZONE)
    assert (found, len(moments)) == (unit, many)
    assert moments[0].astimezone(ZONE).isoformat().startswith(f"{begins}T00:00:00")
    assert moments[-1] < end
    assert end.astimezone(ZONE).isoformat().startswith("2026-11-24T00:00:00")


@pytest.mark.parametrize(("day", "hours"), [(25, 25), (26, 24)])
def test_the_bars_of_a_day_are_its_hours_however_many_it_has(day: int, hours: int) -> None:
    one = Days(date(2026, 10, day), date(2026, 10, day))
    assert len(bars_of(one, None, ZONE)[1]) == hours


@pytest.mark.parametrize("period", ["all", Days(date(2026, 11, 1), date(2026, 11, 2))])
def test_a_report_is_the_same_after_it_was_a_row(period: Any) -> None:
    sales, speed = Sales(2, 3, Decimal("1.10")), Speed(timedelta(minutes=2), 1)
    facts = ReportFacts(period, at(11, 1), at(11, 3), sales, speed, "some", 4, at(11, 1))
    assert unpacked(packed(facts)) == facts
