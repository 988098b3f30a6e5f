from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.views.figures import clock, money, warranty_until

NOW = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("88.01", "USD", "$88.01"),
        ("88.01", "usd", "$88.01"),
        ("88.01", "EUR", "88.01 EUR"),
        ("88.01", "GBP", "£88.01"),
        ("88.01", "USDT", "88.01 USDT"),
        ("1204.5", "USD", "$1,204.50"),
        ("-9.99", "USD", "−$9.99"),
        ("-9.99", "EUR", "−9.99 EUR"),
        ("0", "USD", "$0.00"),
        ("5", "USD", "$5.00"),
        ("5E+3", "USD", "$5,000.00"),
        ("0.005", "USD", "$0.005"),
        ("1.5000", "USD", "$1.50"),
        ("123456789012345678901234567890.12", "USD", "$123,456,789,012,345,678,901,234,567,890.12"),
        ("1", "", "1.00"),
    ],
)
def test_money_has_its_currency(amount: str, currency: str, expected: str) -> None:
    assert money(Decimal(amount), currency) == expected


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        (datetime(2026, 11, 23, 12, 4, tzinfo=UTC), "UTC", "12:04"),
        (datetime(2026, 11, 23, 12, 4, tzinfo=UTC), "Europe/Moscow", "15:04"),
        (datetime(2026, 11, 21, 12, 4, tzinfo=UTC), "UTC", "21 Nov 12:04"),
        (datetime(2025, 11, 21, 12, 4, tzinfo=UTC), "UTC", "21 Nov 2025 12:04"),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), "Europe/Moscow", "02:00"),  # today, there
        (datetime(2026, 11, 23, 0, 30, tzinfo=UTC), "America/New_York", "22 Nov 19:30"),
        (datetime.min.replace(tzinfo=UTC), "America/New_York", "1 Jan 1 00:00"),
        (datetime.max.replace(tzinfo=UTC), "Asia/Tokyo", "31 Dec 9999 23:59"),
    ],
)
def test_clock_times_are_the_readers(at: datetime, zone: str, expected: str) -> None:
    assert clock(at, NOW, ZoneInfo(zone)) == expected


def test_a_dated_clock_names_today_too() -> None:
    assert clock(NOW, NOW, ZoneInfo("UTC"), dated=True) == "23 Nov 12:05"


def test_month_names_are_given() -> None:
    months = [f"m{number}" for number in range(1, 13)]
    assert clock(datetime(2026, 3, 1, tzinfo=UTC), NOW, ZoneInfo("UTC"), months) == "1 m3 00:00"


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (NOW, 2, datetime(2026, 11, 25, 12, 5, tzinfo=UTC)),
        (NOW, 0, None),
        (NOW, -1, None),
        (NOW, None, None),
        (None, 2, None),
        (NOW, 10**9, None),
        (NOW, 10**30, None),
    ],
)
def test_a_warranty_ends_days_after_its_start(
    start: datetime | None, days: int | None, expected: datetime | None
) -> None:
    assert warranty_until(start, days) == expected
