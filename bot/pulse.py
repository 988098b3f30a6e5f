"""Whether the bot works, for whoever asks: a page for machines, and a heartbeat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx
import structlog

from bot.model.health_facts import FeedHealth
from bot.model.wellness import Ail, Signs, ails
from bot.store import safety, sending
from bot.store.database import Store
from bot.store.errors import StoreError

log = structlog.get_logger(__name__)

BEATS_EVERY: Final = 60.0  # seconds
_BEAT_WITHIN: Final = 10.0
_READ_WITHIN: Final = 3.0


@dataclass(frozen=True, slots=True)
class Hearing:
    """How fetching from Telegram, and sending to it, goes."""

    heard_at: datetime | None
    deaf_since: datetime | None
    mute_since: datetime | None
    sent_at: datetime | None


class Pulse:
    """Looks at the running parts, and at what waits in the outbox."""

    def __init__(
        self,
        store: Store,
        shop_id: int,
        *,
        now: Callable[[], datetime],
        feeds: Callable[[], tuple[FeedHealth, ...]],
        hearing: Callable[[], Hearing],
        pause: timedelta,
    ) -> None:
        self._store = store
        self._shop_id = shop_id
        self._locked = False
        self._now = now
        self._feeds = feeds
        self._hearing = hearing
        self._pause = pause

    def locked(self) -> bool:
        """Say whether the shop was locked at the last look."""
        return self._locked

    async def ails(self) -> tuple[Ail, ...]:
        """Return what does not work; nothing when all does. Never waits for long."""
        now = self._now()
        due_since, database = None, True
        try:
            async with asyncio.timeout(_READ_WITHIN), self._store.read() as tx:
                due_since = await sending.due_since(tx, now)
                self._locked = (await safety.lock_of(tx, self._shop_id)).locked_at is not None
        except (StoreError, TimeoutError):
            database = False
        trouble = self._store.trouble
        heard = self._hearing()
        signs = Signs(
            feeds=self._feeds(),
            pause=self._pause,
            heard_at=heard.heard_at,
            deaf_since=heard.deaf_since,
            mute_since=heard.mute_since,
            sent_at=heard.sent_at,
            due_since=due_since,
            database=database and (trouble is None or trouble.until is not None),
        )
        return ails(signs, now)


async def beat(
    pulse: Pulse, url: str, *, every: float = BEATS_EVERY, client: httpx.AsyncClient | None = None
) -> None:
    """Call a URL every minute for as long as all works; until cancelled.

    Whoever watches it notices when the calls stop, whatever the reason is. The URL is a secret
    like any other: it stands in no log.
    """
    async with client or httpx.AsyncClient(timeout=_BEAT_WITHIN) as called:
        while True:
            found = await pulse.ails()
            if found:
                log.warning("no heartbeat", reasons=",".join(found))
            else:
                await _call(called, url)
            await asyncio.sleep(every)


async def _call(client: httpx.AsyncClient, url: str) -> None:
    try:
        async with asyncio.timeout(_BEAT_WITHIN), client.stream("GET", url) as answer:
            if not answer.is_success:
                log.warning("heartbeat not taken", status=answer.status_code)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError) as error:
        log.warning("heartbeat not sent", error=type(error).__name__)
