from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.health_facts import FeedHealth
from bot.model.pin import Line, Pinned, decide, looked

NOW = datetime(2026, 11, 23, 12, 4, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def line(orders: int = 3, checked: float = 0, *, away: bool = False) -> Line:
    return Line(orders, 1, ago(checked), away)


def pinned(asked: float, said: Line, *, there: bool = True, on_its_way: bool = False) -> Pinned:
    return Pinned(said, ago(asked), there, on_its_way)


@pytest.mark.parametrize(
    ("before", "now", "say", "reason"),
    [
        (None, None, False, "never_checked"),
        (None, line(), True, "first"),
        (pinned(0, line(), there=False, on_its_way=True), line(), False, "on_its_way"),
        (pinned(90, line(), there=False, on_its_way=True), line(), False, "on_its_way"),
        (pinned(59, line(), there=False), line(), False, "lately"),
        (pinned(60, line(), there=False), line(), True, "lost"),
        (pinned(59, line(2)), line(3), False, "lately"),
        (pinned(60, line(2)), line(3), True, "changed"),
        (pinned(60, line(3, 60)), line(3), False, "the_same"),
        (pinned(299, line(3, 299)), line(3), False, "the_same"),
        (pinned(300, line(3, 300)), line(3), True, "checked_again"),
        # Away: said at once, and not again and again.
        (pinned(60, line(3, 60)), line(3, 40, away=True), True, "changed"),
        (pinned(9000, line(3, 9000, away=True)), line(3, 9000, away=True), False, "the_same"),
        (pinned(60, line(3, 900, away=True)), line(3), True, "changed"),
        # The look has stood still without a failure: a long POLL_SECONDS.
        (pinned(9000, line(3, 9000)), line(3, 9000), False, "the_same"),
    ],
)
def test_the_line_is_edited_at_most_once_a_minute_and_only_when_it_is_worth_it(
    before: Pinned | None, now: Line | None, say: bool, reason: str
) -> None:
    decided = decide(before, now, NOW)
    assert (decided.say, decided.reason) == (say, reason)


def feed(seen: float | None, failing: float | None = None) -> FeedHealth:
    return FeedHealth(
        "orders",
        last_good_at=None if seen is None else ago(seen),
        failing_since=None if failing is None else ago(failing),
    )


@pytest.mark.parametrize(
    ("feeds", "before", "checked", "away"),
    [
        ((feed(1), feed(7)), None, 7, False),
        ((feed(1), feed(None)), None, None, False),
        ((feed(1), feed(None)), 100, 100, False),
        ((feed(20), feed(35, 29)), None, 35, False),
        ((feed(1), feed(35, 30)), None, 35, True),
        ((feed(None, 60), feed(None, 60)), 100, 100, True),
        ((feed(None, 60), feed(None, 60)), None, None, True),
    ],
)
def test_checked_is_when_both_lists_were_seen(
    feeds: tuple[FeedHealth, ...], before: float | None, checked: float | None, away: bool
) -> None:
    found = looked(feeds, NOW, None if before is None else ago(before))
    assert found == (None if checked is None else ago(checked), away)
