"""Whether the bot does what it is for: looks at the marketplace, and tells people of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from .health_facts import FeedHealth

# A restart of either side, or a few lost calls, is over sooner.
PATIENCE: Final = timedelta(seconds=60)
# Messages to one chat go out one a second: what waits longer than this is not only its turn.
STUCK_AFTER: Final = timedelta(minutes=2)

Ail = Literal["starting", "marketplace", "telegram", "sending", "database"]


@dataclass(frozen=True, slots=True)
class Signs:
    """What can be seen of a running bot.

    ``feeds``: how looking at each list goes. ``pause``: the longest time between two looks.
    ``heard_at``: when Telegram last answered a fetch, or brought an update. ``deaf_since``,
    ``mute_since``: since when fetching or sending has failed. ``sent_at``: when Telegram last took
    a message. ``due_since``: since when the oldest message that may go out has waited.
    """

    feeds: tuple[FeedHealth, ...]
    pause: timedelta
    heard_at: datetime | None = None
    deaf_since: datetime | None = None
    mute_since: datetime | None = None
    sent_at: datetime | None = None
    due_since: datetime | None = None
    database: bool = True  # whether it takes and gives rows


def ails(signs: Signs, now: datetime) -> tuple[Ail, ...]:
    """Return what does not work, each once; nothing when all does."""
    found: list[Ail] = []
    if any(each.last_good_at is None and each.failing_since is None for each in signs.feeds):
        found.append("starting")
    elif not _is_looked_at(signs.feeds, signs.pause + PATIENCE, now):
        found.append("marketplace")
    if _longer(signs.deaf_since, PATIENCE, now):
        found.append("telegram")
    elif signs.heard_at is None:
        found.append("starting")
    if _longer(signs.mute_since, PATIENCE, now) or (
        _longer(signs.due_since, STUCK_AFTER, now)
        and (signs.sent_at is None or _longer(signs.sent_at, PATIENCE, now))
    ):
        found.append("sending")
    if not signs.database:
        found.append("database")
    return tuple(dict.fromkeys(found))


def _is_looked_at(feeds: Iterable[FeedHealth], within: timedelta, now: datetime) -> bool:
    return all(
        each.last_good_at is not None and now - each.last_good_at <= within for each in feeds
    )


def _longer(since: datetime | None, limit: timedelta, now: datetime) -> bool:
    return since is not None and now - since > limit
