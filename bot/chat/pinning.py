"""Whether the pinned line is still pinned: people unpin things, and Telegram tells no bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from telegram.error import TelegramError

from bot.model.urgency import IDLE
from bot.store import outbox, people, pins
from bot.store.database import Store
from bot.store.pins import Pin

from .gateway import Gateway

log = structlog.get_logger(__name__)

_EVERY: Final = timedelta(hours=1)
_AT_ONCE: Final = 4  # chats in one look: nothing else waits long for it
_SECONDS: Final = 10


class Pinning:
    """Asks Telegram once an hour and chat, and pins again what is not pinned any more."""

    def __init__(
        self, store: Store, gateway: Gateway, shop_id: int, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._shop_id = shop_id
        self._now = now

    async def look(self) -> None:
        """Look at the chats that have not been looked at for longest."""
        now = self._now()
        async with self._store.read() as tx:
            known = await pins.all_of(tx, self._shop_id)
            paused = await people.paused_chats(tx)
            told = {chat_id for chat_id, _ in await people.subscribers(tx, self._shop_id)}
        due = [
            pin
            for pin in known.values()
            if pin.message_id is not None
            and pin.chat_id in told - paused
            and (pin.looked_at is None or now - pin.looked_at >= _EVERY)
        ]
        for pin in due[:_AT_ONCE]:
            await self._look_at(pin, now)

    async def _look_at(self, pin: Pin, now: datetime) -> None:
        again = False
        try:
            async with asyncio.timeout(_SECONDS):
                newest = await self._gateway.pinned(pin.chat_id)
            # A newer message that a person pinned says nothing of those below it.
            again = pin.message_id is not None and (newest is None or newest < pin.message_id)
        except (TelegramError, TimeoutError) as error:
            log.info("cannot see what is pinned", error=type(error).__name__)
        async with self._store.write() as tx:
            if again and pin.message_id is not None:
                await outbox.act(
                    tx,
                    shop_id=self._shop_id,
                    chat_id=pin.chat_id,
                    person_id=pin.chat_id,
                    action="pin",
                    message_id=pin.message_id,
                    now=now,
                    urgency=IDLE,
                )
            await pins.was_looked_at(tx, self._shop_id, pin.chat_id, now)
