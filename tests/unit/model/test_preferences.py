from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.model.change import NewsKind
from bot.model.preferences import QuietHours, topic_of


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def hours(start: int, end: int, zone: str = "UTC") -> QuietHours:
    return QuietHours(time(start), time(end), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("quiet", "now", "covered", "ended"),
    [
        (hours(23, 8), at(22, 59), False, at(8)),
        (hours(23, 8), at(23), True, at(8)),
        (hours(23, 8), at(7, 59), True, at(8, day=22)),
        (hours(23, 8), at(8), False, at(8)),
        (hours(1, 6), at(3), True, at(6, day=22)),
        (hours(1, 6), at(6), False, at(6)),
        (hours(1, 6), at(0, 59), False, at(6, day=22)),
        # By the person's own clock: nine hours ahead.
        (hours(23, 8, "Asia/Tokyo"), at(14), True, at(23, day=22)),
        (hours(23, 8, "Asia/Tokyo"), at(13, 59), False, at(23, day=22)),
        (hours(23, 8, "Asia/Tokyo"), at(23), False, at(23)),
    ],
)
def test_quiet_hours_go_over_midnight_by_the_persons_clock(
    quiet: QuietHours, now: datetime, covered: bool, ended: datetime
) -> None:
    assert (quiet.covers(now), quiet.ended_at(now)) == (covered, ended)


def test_in_the_night_of_the_clock_change_quiet_hours_end_when_the_clock_says_so() -> None:
    quiet = hours(23, 8, "Europe/Berlin")
    before, after = datetime(2026, 3, 28, 7, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert quiet.ended_at(before) == before
    assert quiet.ended_at(after) == after


def test_every_kind_of_news_but_a_moderator_has_a_wish() -> None:
    assert [kind for kind in NewsKind if topic_of(kind) is None] == [NewsKind.TICKET_MODERATOR]
