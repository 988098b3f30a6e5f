from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.model.health_facts import FeedHealth
from bot.model.wellness import Signs, ails

NOW = datetime(2026, 11, 26, 12, 4, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def feeds(orders: float | None, tickets: float | None = 1, **more: Any) -> tuple[FeedHealth, ...]:
    times = (orders, tickets)
    return tuple(
        FeedHealth(name, None if at is None else ago(at), **more)
        for name, at in zip(("orders", "tickets"), times, strict=True)
    )


WELL = Signs(feeds=feeds(5), pause=timedelta(seconds=15), heard_at=ago(20))


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        ({}, ()),
        # The marketplace: neither a few lost calls nor the longest pause are a failure.
        ({"feeds": feeds(74, failing_since=ago(60))}, ()),
        ({"feeds": feeds(76)}, ("marketplace",)),
        ({"feeds": feeds(5, 76)}, ("marketplace",)),
        ({"feeds": feeds(400), "pause": timedelta(hours=1)}, ()),
        ({"feeds": feeds(None)}, ("starting",)),
        ({"feeds": feeds(None, failing_since=ago(1))}, ("marketplace",)),
        # Telegram: a long poll without news is no silence.
        ({"heard_at": None}, ("starting",)),
        ({"heard_at": None, "deaf_since": ago(5)}, ("starting",)),
        ({"heard_at": ago(9000)}, ()),
        ({"deaf_since": ago(59)}, ()),
        ({"deaf_since": ago(61)}, ("telegram",)),
        ({"heard_at": None, "deaf_since": ago(61)}, ("telegram",)),
        # Sending: what waits for its turn in a busy chat is no failure, while others go out.
        ({"mute_since": ago(59)}, ()),
        ({"mute_since": ago(61)}, ("sending",)),
        ({"due_since": ago(119)}, ()),
        ({"due_since": ago(121)}, ("sending",)),
        ({"due_since": ago(121), "sent_at": ago(61)}, ("sending",)),
        ({"due_since": ago(121), "sent_at": ago(59)}, ()),
        ({"database": False}, ("database",)),
        (
            {"feeds": feeds(None), "heard_at": None, "mute_since": ago(99), "database": False},
            ("starting", "sending", "database"),
        ),
    ],
)
def test_it_is_well_while_it_looks_and_tells(seen: dict[str, Any], found: tuple[str, ...]) -> None:
    assert ails(replace(WELL, **seen), NOW) == found
