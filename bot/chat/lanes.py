"""Lanes: updates of one person in one chat are handled in order, and nobody waits for another."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

import structlog
from telegram import Bot, Update

from bot.store import inbox, outbox
from bot.store.database import Store, Tx
from bot.store.errors import SealBroken, StoreError
from bot.store.inbox import Received
from bot.store.patience import patiently

from .parsing import parsed

log = structlog.get_logger(__name__)

# Given with it: when it was stored.
Handle = Callable[[Tx, Update, datetime], Awaitable[None]]
_Lane = tuple[int | None, int | None]
_RETRY_SECONDS: Final = 0.2
_STORE_SECONDS: Final = 2.0


class Lanes:
    """Handles the inbox. What a handler changes and "handled" commit together, or neither does."""

    def __init__(
        self,
        *,
        store: Store,
        bot: Bot,
        bot_id: int,
        shop_id: int,
        now: Callable[[], datetime],
        handle: Handle,
    ) -> None:
        self._store = store
        self._bot = bot
        self._bot_id = bot_id
        self._shop_id = shop_id
        self._now = now
        self._handle = handle
        self._queues: dict[_Lane, deque[Received]] = {}
        self._new: deque[Received] = deque()
        self._stopping = False

    def put(self, updates: tuple[Received, ...]) -> None:
        """Queue updates that are stored."""
        self._new.extend(updates)
        self._store.signals.wake("inbox")

    def stop(self) -> None:
        """Begin nothing new; what is stored is handled after the next start."""
        self._stopping = True
        self._store.signals.wake("inbox")

    async def run(self) -> None:
        """Handle what was left from before, then what comes, until stopped."""
        left = await patiently(self._left, "updates that wait")
        # What came meanwhile may be in both: an update that was handled is handled no more.
        self._new.extendleft(reversed(left))
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping:
                while self._new:
                    update = self._new.popleft()
                    lane = (update.chat_id, update.person_id)
                    queue = self._queues.get(lane)
                    if queue is None:
                        self._queues[lane] = deque([update])
                        tasks.create_task(self._work(lane), name="lane")
                    else:
                        queue.append(update)
                await self._store.signals.wait("inbox", None)

    async def _left(self) -> tuple[Received, ...]:
        async with self._store.read() as tx:
            return await inbox.waiting(tx, self._bot_id)

    async def _work(self, lane: _Lane) -> None:
        queue = self._queues[lane]
        try:
            while queue and not self._stopping:
                await self._take(queue.popleft())
        finally:
            del self._queues[lane]

    async def _take(self, received: Received) -> None:
        try:
            update = parsed(received.raw, self._bot)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must block nothing
            log.error(
                "update cannot be parsed", update=received.update_id, error=type(error).__name__
            )
            await self._fail(received, f"unparsed: {type(error).__name__}", final=True)
            return
        while not self._stopping:
            try:
                async with self._store.write() as tx:
                    now = self._now()
                    if await inbox.handled(tx, self._bot_id, received.update_id, now):
                        await self._handle(tx, update, received.received_at or now)
            except SealBroken as error:
                # Waiting does not mend what was stored: as any other fault, it is tried thrice.
                log.error("update failed", update=received.update_id, reason=str(error))
                if await self._fail(received, type(error).__name__):
                    return
                await asyncio.sleep(_RETRY_SECONDS)
            except StoreError as error:
                log.error("update waits for the database", reason=str(error))
                await asyncio.sleep(_STORE_SECONDS)
            except Exception as error:
                log.exception("update failed", update=received.update_id)
                if await self._fail(received, type(error).__name__):
                    return
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return

    async def _fail(self, received: Received, error: str, *, final: bool = False) -> bool:
        """Count a failure; say whether the update was put aside with it, however long it takes."""
        while not self._stopping:
            try:
                return await self._failed(received, error, final=final)
            except StoreError as trouble:
                log.error("update waits for the database", reason=str(trouble))
                await asyncio.sleep(_STORE_SECONDS)
        return True

    async def _failed(self, received: Received, error: str, *, final: bool) -> bool:
        """Count a failure; after the third the update is put aside and the person told."""
        now = self._now()
        async with self._store.write() as tx:
            if final:
                await inbox.put_aside(tx, self._bot_id, received.update_id, error, now)
            elif not await inbox.failed(tx, self._bot_id, received.update_id, error, now):
                return False
            if received.chat_id is not None and received.person_id is not None:
                await outbox.tell(
                    tx,
                    shop_id=self._shop_id,
                    chat_id=received.chat_id,
                    person_id=received.person_id,
                    view="note",
                    body={"name": "failed_update", "values": {}},
                    now=now,
                )
        return True
