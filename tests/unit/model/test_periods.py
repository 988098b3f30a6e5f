"""Days that people write, and what buttons carry for them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.model.exports import Export, unpack_export
from bot.model.periods import NAMED, Days, Period, days_of, pack, read, span, unpack

TODAY = date(2026, 11, 23)
RUSSIAN = ["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]


def days(first: str, last: str = "") -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last or first))


FIRST_HALF = days("2026-11-01", "2026-11-15")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("1 Nov - 15 Nov", FIRST_HALF),
        ("1 Nov – 15 Nov", FIRST_HALF),
        ("  1 NOV   to 15 november ", FIRST_HALF),
        ("1 - 15 Nov", FIRST_HALF),
        ("Nov 1st - Nov 15", FIRST_HALF),
        ("2026-11-01 2026-11-15", FIRST_HALF),
        ("2026-11-01..2026-11-15", FIRST_HALF),
        ("2026-11-15 - 2026-11-01", FIRST_HALF),
        ("1.11.2026 - 15.11.2026", FIRST_HALF),
        ("1.11. - 15.11.", FIRST_HALF),
        ("1 ноября - 15 ноября", FIRST_HALF),
        ("11月1日 - 11月15日", FIRST_HALF),
        ("2026年11月", days("2026-11-01", "2026-11-30")),
        ("1 thg 11 - 15 tháng 11, 2026", FIRST_HALF),
        ("1 de nov. - 15 de nov. de 2026", FIRST_HALF),
        ("15 Nov", days("2026-11-15")),
        ("2026-11-15", days("2026-11-15")),
        ("24 Nov", days("2025-11-24")),  # of this year it is still to come
        ("Nov", days("2026-11-01", "2026-11-30")),
        ("2026-11", days("2026-11-01", "2026-11-30")),
        ("December", days("2025-12-01", "2025-12-31")),
        ("feb 2024", days("2024-02-01", "2024-02-29")),
        ("oct - nov", days("2026-10-01", "2026-11-30")),
        ("15 Dec - 3 Jan", days("2025-12-15", "2026-01-03")),
        ("Nov 1 - Nov 15, 2025", days("2025-11-01", "2025-11-15")),
        ("yesterday", "yesterday"),
        ("7", "week"),
        ("30", "days"),
        ("Last month", "before"),
        ("all", "all"),
    ],
)
def test_days_are_read_as_people_write_them(text: str, means: Period) -> None:
    assert read(text, TODAY, RUSSIAN) == means


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "31 feb",
        "2026-13-01",
        "12/11/2026",
        "40",
        "2026",
        "1 Nov -",
        "- 15 Nov",
        "1e9",
        "0 Nov",
        "1 Nov 1999",
        "2101-01-01",
        "9999999999",
        "1 Nov " * 40,
        "\x00",
        "²-15 Nov",
    ],
)
def test_what_are_no_days_is_not_guessed_at(text: str) -> None:
    assert read(text, TODAY) is None


@pytest.mark.parametrize("period", [*NAMED, FIRST_HALF])
def test_a_button_brings_back_the_period_and_what_it_is_for(period: Period) -> None:
    assert unpack(pack(period)) == period
    assert unpack_export(Export("tickets", period).pack()) == Export("tickets", period)


@pytest.mark.parametrize("packed", ["", "x", "20261115-20261101", "20261301-20261302", "month.x"])
def test_a_forged_period_is_none(packed: str) -> None:
    assert unpack(packed) is None
    assert unpack_export(f"keys.{packed}") == Export()


def test_the_month_before_and_days_by_name_are_whole_days_of_the_persons_clock() -> None:
    assert days_of("before", date(2026, 1, 31)) == days("2025-12-01", "2025-12-31")
    start, end = span(FIRST_HALF, datetime(2026, 11, 23, tzinfo=UTC), ZoneInfo("Asia/Tokyo"))
    assert start == datetime(2026, 10, 31, 15, tzinfo=UTC)
    assert end == datetime(2026, 11, 15, 15, tzinfo=UTC)
