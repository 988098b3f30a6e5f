"""The morning summary comes once a day, at the person's hour."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.model.summary import decide


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
