"""What /health shows: how the watch goes, what waits, what was put aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.model.health_facts import DatabaseHealth, FeedHealth, HealthFacts
from bot.model.person import Person
from bot.store import (
    inbox,
    orders,
    payments,
    people,
    positions,
    products,
    safety,
    sending,
    settling,
    tickets,
)
from bot.store.database import Store, StoreTrouble, Tx
from bot.store.errors import StoreError

log = structlog.get_logger(__name__)

# For how long a trouble with the database that is over is still spoken of.
_SPOKEN_OF: Final = timedelta(days=1)


def _no_trouble() -> StoreTrouble | None:
    return None


@dataclass(frozen=True, slots=True)
class Gauges:
    """What only the running parts know; the app puts them together."""

    version: str
    started_at: datetime
    calls_per_minute: int
    feeds: Callable[[], tuple[FeedHealth, ...]]
    sweep_minutes: Callable[[], float | None]
    telegram_failing_since: Callable[[], datetime | None]
    store_trouble: Callable[[], StoreTrouble | None] = _no_trouble


async def facts(tx: Tx, shop_id: int, gauges: Gauges, now: datetime) -> HealthFacts:
    """Return everything that /health shows."""
    waiting_messages, aside_messages = await sending.counts(tx)
    waiting_updates, aside_updates = await inbox.counts(tx)
    return replace(
        _shown_by(gauges, now),
        waiting_messages=waiting_messages,
        due_since=await sending.due_since(tx, now),
        aside_messages=aside_messages,
        # The update that asks is being handled, and counted as handled already.
        waiting_updates=waiting_updates,
        aside_updates=aside_updates,
        unknown_intents=await settling.count_unknown(tx),
        paused_chats=len(await people.paused_chats(tx)),
        locked_since=(await safety.lock_of(tx, shop_id)).locked_at,
        feeds=tuple([await _counted(tx, shop_id, feed) for feed in gauges.feeds()]),
    )


async def _counted(tx: Tx, shop_id: int, feed: FeedHealth) -> FeedHealth:
    """Say what the database knows now, as the lists do, and not what the last look counted."""
    counts = {
        "orders": orders.count,
        "tickets": tickets.count,
        "products": products.count,
        "payments": payments.count,
    }
    count = counts.get(feed.feed)
    if count is None:
        return feed
    known = await count(tx, shop_id)
    return replace(
        feed,
        known=known,
        looked_at=await positions.progress(tx, shop_id, feed.feed),
        total=await positions.total(tx, shop_id, feed.feed),
    )


def _shown_by(gauges: Gauges, now: datetime) -> HealthFacts:
    return HealthFacts(
        version=gauges.version,
        started_at=gauges.started_at,
        feeds=gauges.feeds(),
        calls_per_minute=gauges.calls_per_minute,
        sweep_minutes=gauges.sweep_minutes(),
        telegram_failing_since=gauges.telegram_failing_since(),
        database=_of_database(gauges.store_trouble(), now),
    )


def _of_database(trouble: StoreTrouble | None, now: datetime) -> DatabaseHealth | None:
    if trouble is None or (trouble.until is not None and now - trouble.until > _SPOKEN_OF):
        return None
    return DatabaseHealth(trouble.since, trouble.reason, trouble.until)


class Remembered:
    """/health as far as it is known without the database, while that takes nothing.

    What waits and who is a member are read where that can be done; else as they last were.
    """

    def __init__(self, store: Store, shop_id: int, gauges: Gauges) -> None:
        self._store = store
        self._shop_id = shop_id
        self._gauges = gauges
        self._counted: HealthFacts | None = None
        self._members: dict[int, Person] = {}

    async def look(self, now: datetime) -> None:
        """Remember what the database says, if it says anything."""
        try:
            async with self._store.read() as tx:
                self._counted = await facts(tx, self._shop_id, self._gauges, now)
                members = await people.members_of(tx, self._shop_id)
        except StoreError as error:
            log.error("health is told from memory", reason=str(error))
        else:
            self._members = {person.person_id: person for person in members}

    def member(self, person_id: int) -> Person | None:
        """Return a member of the shop, as last known."""
        return self._members.get(person_id)

    def facts(self, now: datetime) -> HealthFacts:
        """Return what /health shows."""
        known = _shown_by(self._gauges, now)
        counted = self._counted
        if counted is None:
            return known
        return replace(
            counted,
            feeds=known.feeds,
            sweep_minutes=known.sweep_minutes,
            telegram_failing_since=known.telegram_failing_since,
            database=known.database,
        )
