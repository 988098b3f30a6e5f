from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.views.figures import clock, day, money, number, warranty_until

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


@pytest.mark.parametrize(
    ("language", "told", "dated", "years", "paid", "owed", "many", "rating"),
    [
        (
            "ru",
            "21 нояб., 12:04",
            "23 нояб., 12:05",
            "1 янв. 2025 г.",
            "1 204,50 $",
            "−3,125 €",
            "12 345",
            "4,70",
        ),
        (
            "zh",
            "11月21日 12:04",
            "11月23日 12:05",
            "2025年1月1日",
            "US$1,204.50",
            "−€3.125",
            "12,345",
            "4.70",
        ),
        (
            "es",
            "21 nov, 12:04",
            "23 nov, 12:05",
            "1 ene 2025",
            "1.204,50 US$",
            "−3,125 €",
            "12.345",
            "4,70",
        ),
        (
            "pt_BR",
            "21 de nov. 12:04",
            "23 de nov. 12:05",
            "1 de jan. de 2025",
            "US$ 1.204,50",
            "−€ 3,125",
            "12.345",
            "4,70",
        ),
        (
            "vi",
            "12:04 21 thg 11",
            "12:05 23 thg 11",
            "1 thg 1, 2025",
            "1.204,50 US$",
            "−3,125 €",
            "12.345",
            "4,70",
        ),
    ],
)
def test_other_languages_write_figures_their_way(
    language: str, told: str, dated: str, years: str, paid: str, owed: str, many: str, rating: str
) -> None:
    def plain(text: str) -> str:
        return text.replace("\xa0", " ").replace("\u202f", " ")

    utc = ZoneInfo("UTC")
    assert clock(NOW, NOW, utc, language) == "12:05"
    assert plain(clock(datetime(2026, 11, 21, 12, 4, tzinfo=UTC), NOW, utc, language)) == told
    assert plain(clock(NOW, NOW, utc, language, dated=True)) == dated
    assert plain(day(datetime(2025, 1, 1, tzinfo=UTC), NOW, utc, language)) == years
    assert plain(money(Decimal("1204.5"), "usd", language)) == paid
    assert plain(money(Decimal("-3.125"), "EUR", language)) == owed
    assert plain(number(12345, language=language)) == many
    assert number(Decimal("4.7"), 2, language) == rating


@pytest.mark.parametrize("amount", ["0", "0.000001", "999999999999.99", "1E+30"])
def test_no_amount_is_too_odd_for_a_language(amount: str) -> None:
    assert money(Decimal(amount), "USDT", "zh").startswith("USDT\xa0")
    assert money(Decimal(amount), "", "ru")
    assert clock(datetime.max.replace(tzinfo=UTC), NOW, ZoneInfo("UTC"), "vi")


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
