"""After a restore: nobody is told what waits before what the backup called open was looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.model.health_facts import FeedHealth
from bot.store import positions, unfinished
from bot.store.database import Store, Tx

from .minding import Consider

# What the marketplace shows no more, or never shows, is not waited for longer than this.
LONGEST: Final = timedelta(minutes=5)


class Afresh:
    """Says whether everything that was open was looked at since this database was restored.

    ``health``: how looking at each list goes, in this process.
    """

    def __init__(
        self,
        store: Store,
        shop_id: int,
        now: Callable[[], datetime],
        health: Callable[[], tuple[FeedHealth, ...]],
    ) -> None:
        self._store = store
        self._shop_id = shop_id
        self._now = now
        self._health = health
        self._began: datetime | None = None
        self._over = False

    async def ready(self) -> bool:
        """Say whether what is known is of today. Without a restore it always is."""
        if not self._over:
            async with self._store.read() as tx:
                self._over = await self._is_over(tx)
        return self._over

    def then(self, consider: Consider) -> Consider:
        """Return what considers a thing as soon as that is so."""

        async def considered() -> object:
            return await consider() if await self.ready() else None

        return considered

    async def _is_over(self, tx: Tx) -> bool:
        restored = await positions.read(tx, self._shop_id, positions.RESTORED)
        if not restored:
            return True
        lists = self._health()
        if not all(each.last_good_at or each.failing_since for each in lists) or not any(
            each.last_good_at for each in lists
        ):
            return False
        now = self._now()
        self._began = self._began or now
        if now - self._began >= LONGEST:
            return True
        at = datetime.fromisoformat(restored["at"])
        for family in (unfinished.ORDERS, unfinished.TICKETS):
            if await family.open_ids(tx, self._shop_id, looked_before=at, limit=1):
                return False
        return True
