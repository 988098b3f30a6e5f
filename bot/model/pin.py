"""The pinned line: what it says, and when it is worth a change. Decisions, with their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .health_facts import FeedHealth

# A line changes at most this often.
AT_MOST_EVERY = timedelta(minutes=1)
# While nothing changes, the time that it names is never older than this (and a minute).
CHECKED_FOR = timedelta(minutes=5)
# A marketplace that is away for a shorter time is nothing to talk about.
AWAY_AFTER = timedelta(seconds=30)

Reason = Literal[
    "never_checked", "on_its_way", "first", "lost", "changed", "checked_again", "lately", "the_same"
]


@dataclass(frozen=True, slots=True)
class Line:
    """What the line says.

    ``checked``: until when everything that there is was seen. ``away``: the marketplace has not
    answered since then.
    """

    orders: int
    tickets: int
    checked: datetime
    away: bool = False
    low: int = 0  # products on sale with few or none left


@dataclass(frozen=True, slots=True)
class Pinned:
    """The line of a chat as it was last made to say something, at ``asked_at``."""

    line: Line
    asked_at: datetime
    there: bool  # it has a message
    on_its_way: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the line is to be sent or edited now, and why."""

    say: bool
    reason: Reason


def looked(
    feeds: Iterable[FeedHealth], now: datetime, before: datetime | None
) -> tuple[datetime | None, bool]:
    """Return (until when both lists were seen, whether one of them cannot be seen any more).

    ``before``: what was said of that before this process began; it counts until it has looked
    itself.
    """
    seen, away = [], False
    for feed in feeds:
        since = feed.failing_since
        away = away or (since is not None and now - since >= AWAY_AFTER)
        seen.append(feed.last_good_at or before)
    times = [at for at in seen if at is not None]
    return (min(times) if len(times) == len(seen) and times else None), away


def _waits(line: Line) -> tuple[int, int, int, bool]:
    return line.orders, line.tickets, line.low, line.away


def decide(before: Pinned | None, line: Line | None, now: datetime) -> Decision:
    """Decide about one chat's line; ``line``: what it would say now, None while nobody knows."""
    if line is None:
        return Decision(say=False, reason="never_checked")
    if before is None:
        return Decision(say=True, reason="first")
    if before.on_its_way and not before.there:
        return Decision(say=False, reason="on_its_way")
    if now - before.asked_at < AT_MOST_EVERY:
        return Decision(say=False, reason="lately")
    if not before.there:
        return Decision(say=True, reason="lost")
    said = before.line
    if _waits(said) != _waits(line):
        return Decision(say=True, reason="changed")
    if not line.away and line.checked - said.checked >= CHECKED_FOR:
        return Decision(say=True, reason="checked_again")
    return Decision(say=False, reason="the_same")
