"""How the bot is doing: what /health is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .facts import LookedAt


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How looking at one list of the marketplace goes."""

    feed: str
    last_good_at: datetime | None = None
    failing_since: datetime | None = None
    reason: str = ""
    known: int = 0
    looked_at: LookedAt = "all"
    total: int | None = None  # as the marketplace says, while older ones are still being read


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """When nothing could be stored, and why: full, read_only, busy or broken."""

    failing_since: datetime
    reason: str
    until: datetime | None = None  # empty while it lasts


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What /health shows."""

    version: str
    started_at: datetime
    feeds: tuple[FeedHealth, ...] = ()
    waiting_messages: int = 0
    aside_messages: int = 0
    waiting_updates: int = 0
    aside_updates: int = 0
    unknown_intents: int = 0
    paused_chats: int = 0
    calls_per_minute: int = 0
    sweep_minutes: float | None = None  # the longest time until every order was looked at again
    telegram_failing_since: datetime | None = None
    database: DatabaseHealth | None = None
    locked_since: datetime | None = None
    due_since: datetime | None = None  # the oldest message that may go out
