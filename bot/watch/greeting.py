"""The first message of all: that the shop is watched, and what waits; once in each chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.model.urgency import INTERACTIVE
from bot.store import outbox, people, positions
from bot.store.database import Store, Tx

_PLACE = "greeted"


class Greeting:
    """Greets every chat that is told of news, when there is something true to say."""

    def __init__(self, store: Store, shop_id: int, now: Callable[[], datetime]) -> None:
        self._store = store
        self._shop_id = shop_id
        self._now = now

    async def greet(self) -> int:
        """Queue a greeting for every chat that had none; return how many."""
        async with self._store.read() as tx:
            greeted = await self._greeted(tx)
            chats = {chat for chat, _ in await people.subscribers(tx, self._shop_id)}
        if chats <= greeted:
            return 0
        now = self._now()
        told = 0
        async with self._store.write() as tx:
            greeted = await self._greeted(tx)
            restored = await positions.read(tx, self._shop_id, positions.RESTORED)
            for chat_id, person_id in await people.subscribers(tx, self._shop_id):
                if chat_id in greeted:
                    continue
                greeted.add(chat_id)
                told += 1
                await outbox.tell(
                    tx,
                    shop_id=self._shop_id,
                    chat_id=chat_id,
                    person_id=person_id,
                    view="first_look",
                    body={"restored": restored},
                    now=now,
                    urgency=INTERACTIVE,
                )
            await positions.write(tx, self._shop_id, _PLACE, {"chats": sorted(greeted)})
            await positions.forget(tx, self._shop_id, positions.RESTORED)
            tx.wake("minding")  # a line is pinned below it
        return told

    async def _greeted(self, tx: Tx) -> set[int]:
        body = await positions.read(tx, self._shop_id, _PLACE)
        return set(body.get("chats") or ())
