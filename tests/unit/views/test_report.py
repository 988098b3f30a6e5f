from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.model.periods import Days, read
from bot.model.report import ReportFacts, Sales, Sold, Speed
from bot.views import figures
from bot.views.exports import period_prompt
from bot.views.report import chart_caption, report

from .builders import NOW, assert_telegram_takes, reader, seen

SALES = Sales(
    orders=14,
    units=1200,
    revenue=Decimal("1204.50"),
    refunds=1,
    refunded=Decimal("88.01"),
    unpaid=2,
    best=(Sold("p", "Netflix Premium", 9, 1100, Decimal(1000)),),
)


def shown(sales: Sales = SALES, period: Any = "today", **more: Any) -> str:
    start, end = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    given = {"start": start, "end": end, "known": 14, **more}
    message = report(ReportFacts(period, sales=sales, **given), reader(), NOW)
    assert_telegram_takes(message)
    return seen(message)


def test_a_report_is_short_and_leads_to_the_other_periods() -> None:
    assert shown() == (
        "Today · 23 Nov · 12:05\n"
        "14 paid orders · 1,200 units\n"
        "Revenue $1,204.50 · average $92.65\n"
        "↩️ 1 refunded ($88.01), 7.1 %\n"
        "2 not paid yet, not counted\n"
        "1. Netflix Premium × 1,100 · $1,000.00\n"
        "[· Today ·][Yesterday][7 days]\n[30 days][This month][Last month]\n"
        "[Everything][Other days]\n[Chart][Export]\n[Sources][Menu]"
    )


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"looked_at": "nothing"}, "nothing is known of them. /health says why."),
        (
            {"looked_at": "some", "known": 1900, "known_since": datetime(2026, 11, 1, tzinfo=UTC)},
            "Not all orders are read yet: 1,900 are known so far, since 1 Nov.",
        ),
        ({"looked_at": "some", "total": 12000}, "14 of 12,000 are known so far."),
        ({"looked_at": "some"}, "14 are known so far. The rest is still being read"),
        (
            {"known_since": datetime(2026, 11, 23, 9, tzinfo=UTC)},
            "Known since 23 Nov: the marketplace shows no older order.",
        ),
    ],
)
def test_what_the_known_orders_do_not_cover_is_said(facts: dict[str, Any], says: str) -> None:
    assert says in shown(**facts)
    assert "Known since" not in shown(known_since=datetime(2025, 1, 1, tzinfo=UTC))
    assert "Not all" not in shown()


@pytest.mark.parametrize(
    ("speed", "says"),
    [
        (Speed(timedelta(seconds=20), 1), "1 order was delivered within under a minute"),
        (Speed(timedelta(minutes=12), 90), "Half of 90 orders were delivered within 12 minutes"),
        (Speed(timedelta(hours=3), 2), "within 3 hours"),
        (Speed(None, 0, timedelta(days=3), 4), "Half of 4 tickets were answered within 3 days"),
    ],
)
def test_how_long_it_took_is_said_in_one_unit(speed: Speed, says: str) -> None:
    assert says in shown(speed=speed)


def test_days_that_somebody_named_and_everything_have_their_own_heads() -> None:
    days = Days(date(2026, 11, 1), date(2026, 11, 15))
    start, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC)
    text = shown(period=days, start=start, end=end)
    assert text.startswith("1 Nov – 15 Nov · 12:05\n")
    assert "[Everything][· Other days ·]" in text
    assert shown(period="all").startswith("Everything · 12:05\n")


def test_a_caption_says_of_which_days_a_picture_is() -> None:
    said = chart_caption("20261101-20261115", NOW.isoformat(), "week", reader(), NOW)
    assert said.text == "1 Nov – 15 Nov · 12:05\nEach bar is a week."


def test_nothing_sold_is_said_without_averages() -> None:
    text = shown(Sales())
    assert "0 paid orders · 0 units" in text
    assert "Revenue" not in text
    assert "Chart" not in text
    assert "None refunded" in shown(Sales(1, 1, Decimal(1)))


def test_an_order_without_an_amount_is_named() -> None:
    assert "1 order says no amount" in shown(Sales(2, 2, Decimal(1), unpriced=1))


def test_a_period_of_several_days_names_them() -> None:
    start = datetime(2026, 11, 17, tzinfo=UTC)
    assert shown(period="week", start=start).startswith(
        "The last 7 days · 17 Nov – 23 Nov · 12:05\n"
    )


@pytest.mark.parametrize("language", ["en", "ru", "zh_Hans", "es", "pt_BR", "vi"])
def test_days_can_be_written_as_they_are_shown(language: str) -> None:
    zone, today = ZoneInfo("UTC"), NOW.date()
    named = figures.months(language)

    def shown_day(year: int, day: int) -> str:
        return figures.day(datetime(year, 10, day, 12, tzinfo=UTC), NOW, zone, language)

    first, last = date(2026, 10, 1), date(2026, 10, 15)
    assert read(f"{shown_day(2026, 1)} - {shown_day(2026, 15)}", today, named) == Days(first, last)
    before = date(2025, 10, 15)
    assert read(shown_day(2025, 15), today, named) == Days(before, before)


def test_the_question_for_days_shows_some() -> None:
    asked = period_prompt(1, "open", reader(), NOW)
    assert "like 1 Oct - 15 Oct, or a month, like 2026-10." in asked.text
