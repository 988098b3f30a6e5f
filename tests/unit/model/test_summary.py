"""The morning summary comes once a day, at the person's hour."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model.summary import decide, said_until


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "said_at", "now", "reason"),
    [
        ("UTC", None, at(23, 8), "due"),
        ("UTC", at(22, 8), at(23, 7, 59), "said"),
        ("UTC", at(22, 8), at(23, 8), "due"),
        ("UTC", at(23, 8), at(23, 9), "said"),
        ("UTC", at(23, 12), at(24, 8), "due"),
        ("UTC", at(22, 8), at(23, 14, 1), "too_late"),  # the bot was off all morning
        ("Asia/Tokyo", at(21, 23), at(22, 23), "due"),
        ("America/New_York", at(22, 13), at(23, 12, 59), "said"),
    ],
)
def test_it_is_due_once_a_day_and_not_hours_later(
    zone: str, said_at: datetime | None, now: datetime, reason: str
) -> None:
    assert decide(time(8), ZoneInfo(zone), said_at, now) == reason


@pytest.mark.parametrize(
    ("zone", "other", "said_at", "now", "again_at"),
    [
        # Said in Tokyo on the 24th; eight in New York on that date comes 14 hours later.
        ("Asia/Tokyo", "America/New_York", at(23, 23), at(24, 1), at(25, 13)),
        # To the east the next date comes sooner.
        ("America/New_York", "Asia/Tokyo", at(24, 13), at(24, 14), at(24, 23)),
        # Not said yet on this date: it is, by the new clock.
        ("Asia/Tokyo", "Europe/Berlin", at(22, 23), at(23, 20), at(24, 7)),
        ("UTC", "UTC", at(24, 8), at(24, 9), at(25, 8)),
    ],
)
def test_it_is_said_once_for_each_date_wherever_the_clock_moves(
    zone: str, other: str, said_at: datetime, now: datetime, again_at: datetime
) -> None:
    until = said_until(time(8), ZoneInfo(zone), ZoneInfo(other), said_at, now)
    hours = [now + timedelta(hours=each) for each in range(48)]
    due = [each for each in hours if decide(time(8), ZoneInfo(other), until, each) == "due"]
    assert due[0] == again_at
    assert said_until(time(8), ZoneInfo(zone), ZoneInfo(other), None, now) is None
