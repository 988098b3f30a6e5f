"""The morning summary: asked for at the hour that a person chose, once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.model.person import Act, Person
from bot.model.summary import decide
from bot.store import errands, people, preferences, safety
from bot.store.database import Store, Tx

log = structlog.get_logger(__name__)


class Summaries:
    """Looks whose hour has come. The figures are counted by an errand, outside of everything."""

    def __init__(self, store: Store, shop_id: int, now: Callable[[], datetime]) -> None:
        self._store = store
        self._shop_id = shop_id
        self._now = now

    async def consider(self) -> int:
        """Have the summaries made that are due; return how many."""
        now = self._now()
        async with self._store.read() as tx:
            if not await self._due(tx, now):
                return 0
        async with self._store.write() as tx:
            due = await self._due(tx, now)
            for person, zone in due:
                # Both commit together: a death between them says nothing twice.
                await preferences.summary_said(tx, self._shop_id, person.person_id, now)
                await errands.send(
                    tx,
                    shop_id=self._shop_id,
                    kind="summary",
                    chat_id=person.person_id,
                    person_id=person.person_id,
                    body={"period": "yesterday", "zone": zone},
                    now=now,
                )
        return len(due)

    async def _due(self, tx: Tx, now: datetime) -> list[tuple[Person, str]]:
        wanted = await preferences.summaries(tx, self._shop_id)
        if not wanted or (await safety.lock_of(tx, self._shop_id)).locked_at is not None:
            return []
        paused = await people.paused_chats(tx)
        members = {each.person_id: each for each in await people.members_of(tx, self._shop_id)}
        found = []
        for each in wanted:
            person = members.get(each.person_id)
            if person is None or not person.may(Act.MONEY) or each.person_id in paused:
                continue
            if decide(each.at, each.zone, each.said_at, now) == "due":
                found.append((person, each.zone.key))
        return found
