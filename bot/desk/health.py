"""What /health shows: how the watch goes, what waits, what was put aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.model.facts import FeedHealth, HealthFacts
from bot.store import inbox, intents, outbox, people
from bot.store.database import Tx


@dataclass(frozen=True, slots=True)
class Gauges:
    """What only the running parts know; the app puts them together."""

    version: str
    started_at: datetime
    calls_per_minute: int
    feeds: Callable[[], tuple[FeedHealth, ...]]
    sweep_minutes: Callable[[], float | None]
    telegram_failing_since: Callable[[], datetime | None]


async def facts(tx: Tx, gauges: Gauges) -> HealthFacts:
    """Return everything that /health shows."""
    waiting_messages, aside_messages = await outbox.counts(tx)
    waiting_updates, aside_updates = await inbox.counts(tx)
    return HealthFacts(
        version=gauges.version,
        started_at=gauges.started_at,
        feeds=gauges.feeds(),
        waiting_messages=waiting_messages,
        aside_messages=aside_messages,
        # The update that asks is being handled, and counted as handled already.
        waiting_updates=waiting_updates,
        aside_updates=aside_updates,
        unknown_intents=await intents.count_unknown(tx),
        paused_chats=len(await people.paused_chats(tx)),
        calls_per_minute=gauges.calls_per_minute,
        sweep_minutes=gauges.sweep_minutes(),
        telegram_failing_since=gauges.telegram_failing_since(),
    )
