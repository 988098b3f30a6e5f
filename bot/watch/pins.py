"""Keeps the pinned line of every private chat: that the bot lives, and what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.model.health_facts import FeedHealth
from bot.model.pin import Line, decide, looked
from bot.model.reminder import summed_up
from bot.model.urgency import IDLE
from bot.store import low_stock, outbox, people, pins, positions, safety, waiting
from bot.store.database import Store, Tx
from bot.store.pins import Pin


class Pins:
    """Says in each private chat what waits, and when the marketplace was last looked at.

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

    async def consider(self) -> int:
        """Have the lines said that are worth it; return how many."""
        now = self._now()
        async with self._store.read() as tx:
            due = await self._due(tx, now)
        if not due:
            return 0
        async with self._store.write() as tx:
            for chat_id, (pin, line) in due.items():
                await self._say(tx, chat_id, pin, line, now)
        return len(due)

    async def _due(self, tx: Tx, now: datetime) -> dict[int, tuple[Pin | None, Line]]:
        if (await safety.lock_of(tx, self._shop_id)).locked_at is not None:
            return {}
        known = await pins.all_of(tx, self._shop_id)
        # The first message comes first: until then there is nothing to prove.
        greeted = await positions.greeted(tx, self._shop_id)
        paused = await people.paused_chats(tx)
        waits = summed_up(await waiting.all_of(tx, self._shop_id, now), in_hand=True)
        low = await low_stock.count(tx, self._shop_id)
        due: dict[int, tuple[Pin | None, Line]] = {}
        for chat_id, person_id in await people.subscribers(tx, self._shop_id):
            # A private chat has its person's ID; a group's messages are not ours to pin.
            if chat_id != person_id or chat_id in paused or chat_id not in greeted:
                continue
            pin = known.get(chat_id)
            before = None if pin is None else pin.pinned
            checked, away = looked(
                self._health(), now, None if before is None else before.line.checked
            )
            if checked is None:
                continue
            line = Line(waits.orders, waits.tickets, checked, away, low)
            if decide(before, line, now).say:
                due[chat_id] = (pin, line)
        return due

    async def _say(self, tx: Tx, chat_id: int, pin: Pin | None, line: Line, now: datetime) -> None:
        await outbox.tell(
            tx,
            shop_id=self._shop_id,
            chat_id=chat_id,
            person_id=chat_id,
            view=pins.VIEW,
            body=pins.body_of(line),
            now=now,
            edit=None if pin is None else pin.message_id,
            urgency=IDLE,
            silent=True,
            replaces=f"pinned:{self._shop_id}:{chat_id}",
        )
        await pins.says(tx, self._shop_id, chat_id, line, now)
