"""Takes updates from Telegram: raw, stored with the next offset, and only then acknowledged."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeGuard

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.model.leaked import Leaks
from bot.model.outgoing import Outgoing
from bot.model.press import Verb, unpack
from bot.store import inbox, people
from bot.store.database import Store
from bot.store.errors import StoreError
from bot.store.inbox import Received
from bot.store.patience import patiently
from bot.views.languages import spoken_to
from bot.views.toasts import toast

from . import press_words
from .fate import backoff
from .gateway import Gateway, wait_of

log = structlog.get_logger(__name__)

_ANSWER_SECONDS: Final = 10
# Between two fetches from a server that answers what is no update: it would do so again at once.
_NONSENSE_SECONDS: Final = 1
# Failures to store in a row after which /health is answered without the database.
_PERSISTS: Final = 2

# What a member is told who asks for /health while nothing can be stored; None for a stranger.
FromMemory = Callable[[int], Awaitable[Outgoing | None]]


@dataclass(frozen=True, slots=True)
class _Pressed:
    press_id: str
    person_id: int
    language: str
    data: str
    chat_id: int
    message_id: int


class Intake:
    """The fetch loop. A press is answered here, at once, from local state only."""

    def __init__(
        self,
        *,
        gateway: Gateway,
        store: Store,
        bot_id: int,
        shop_id: int,
        now: Callable[[], datetime],
        deliver: Callable[[tuple[Received, ...]], None],
        health: FromMemory | None = None,
        leaks: Leaks | None = None,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._bot_id = bot_id
        self._shop_id = shop_id
        self._now = now
        self._deliver = deliver
        self._health = health
        self._leaks = Leaks() if leaks is None else leaks
        self._brought_in_vain = 0  # in a row
        self._told: set[int] = set()  # who asks for /health, and was answered from memory
        self._answering: set[int] = set()  # presses that are not stored yet
        self.failing_since: datetime | None = None
        self.heard_at: datetime | None = None  # when Telegram last answered

    async def run(self) -> None:
        """Fetch for ever; Telegram being away ends nothing."""
        offset = await patiently(self._next_offset, "the offset of updates")
        failures = 0
        async with asyncio.TaskGroup() as answers:
            while True:
                raw: list[Any] = []
                try:
                    raw = await self._gateway.get_updates(offset)
                    if raw:
                        offset = await self._take_in(raw, offset, answers)
                except TelegramError as error:
                    failures += 1
                    if _is_of_webhook(error) and await self._leave_webhook():
                        offset = None  # of what was brought, Telegram alone knows what is left
                        continue
                    await asyncio.sleep(self._trouble(error, failures))
                except StoreError as error:
                    # Not stored, so not acknowledged: Telegram keeps them for us.
                    failures += 1
                    log.error("updates cannot be stored", reason=str(error))
                    if failures >= _PERSISTS:
                        self._tell_health(raw, answers)
                    await asyncio.sleep(backoff(failures, random.random()).total_seconds())  # noqa: S311
                else:
                    failures = 0
                    self.failing_since = None
                    self.heard_at = self._now()

    async def _next_offset(self) -> int | None:
        async with self._store.read() as tx:
            return await inbox.next_offset(tx, self._bot_id)

    async def _leave_webhook(self) -> bool:
        """Have Telegram bring nothing any more; say whether it agreed. What waits is kept."""
        try:
            await self._gateway.delete_webhook()
        except TelegramError:
            return False
        log.warning("a webhook was set: updates are fetched from now on")
        return True

    async def bring(self, item: Any, answers: asyncio.TaskGroup) -> None:
        """Store one update that Telegram brought. Raises StoreError: it comes again then."""
        item = self._leaks.taken_out(item)
        update = received(item)
        if update is None:
            log.error("updates without an ID", count=1)
            return
        try:
            # The offset stays: of several that are brought at once, a later one may be first.
            await self._keep([(update, item)], answers, offset=update.update_id, following=None)
        except StoreError as error:
            log.error("updates cannot be stored", reason=str(error))
            self._brought_in_vain += 1
            if self._brought_in_vain >= _PERSISTS:
                self._tell_health([item], answers)
            raise
        self._brought_in_vain = 0
        self.heard_at = self._now()

    def _tell_health(self, raw: list[Any], answers: asyncio.TaskGroup) -> None:
        """Answer who asks how things are, once each, while no question can be stored."""
        for update_id, chat_id, person_id in filter(None, map(_asks_for_health, raw)):
            if self._health is not None and update_id not in self._told:
                self._told.add(update_id)
                work = self._say_health(self._health, chat_id, person_id)
                answers.create_task(work, name="health")

    async def _say_health(self, health: FromMemory, chat_id: int, person_id: int) -> None:
        try:
            said = await health(person_id)
            if said is not None:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await self._gateway.send(chat_id, said, silent=False, reply_to=None)
        except Exception as error:  # noqa: BLE001 - no question may end the fetching
            log.info("health not told", error=type(error).__name__)

    def _trouble(self, error: TelegramError, failures: int) -> float:
        """Return how long to wait, in seconds."""
        if self.failing_since is None:
            self.failing_since = self._now()
        if isinstance(error, RetryAfter):
            return wait_of(error).total_seconds()
        if isinstance(error, Conflict):
            log.error("another program fetches this bot's updates")
        elif isinstance(error, InvalidToken):
            log.error("Telegram does not know TELEGRAM_BOT_TOKEN")
        else:
            log.warning("Telegram cannot be reached", error=type(error).__name__)
        return min(backoff(failures, random.random()).total_seconds(), 15.0)  # noqa: S311

    async def _take_in(
        self, raw: list[Any], offset: int | None, answers: asyncio.TaskGroup
    ) -> int | None:
        raw = [self._leaks.taken_out(item) for item in raw]
        read = [(update, item) for item in raw if (update := received(item)) is not None]
        if not read:
            log.error("updates without an ID", count=len(raw))
            await asyncio.sleep(_NONSENSE_SECONDS)
            return offset
        following = max(update.update_id for update, _ in read) + 1
        await self._keep(read, answers, offset=offset, following=following)
        return following

    async def _keep(
        self,
        read: Sequence[tuple[Received, Any]],
        answers: asyncio.TaskGroup,
        *,
        offset: int | None,
        following: int | None,
    ) -> None:
        updates = [update for update, _ in read]
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        presses = {
            update.update_id: pressed
            for update, item in read
            if (pressed := _pressed(item)) is not None
        }
        for update_id, pressed in presses.items():
            # What is before the offset may have been answered by a process that is dead now.
            if offset is not None and update_id >= offset and update_id not in self._answering:
                self._answering.add(update_id)
                answers.create_task(self._answer(update_id, pressed, stored), name="answer")
        try:
            async with self._store.write() as tx:
                new = await inbox.take_in(tx, self._bot_id, updates, following, self._now())
        except BaseException:
            stored.set_result(False)
            raise
        stored.set_result(True)
        for update_id in {update.update_id for update in new} & presses.keys() - self._answering:
            answers.create_task(self._answer(update_id, presses[update_id], stored), name="answer")
        self._answering.difference_update(presses)  # Telegram sends none of them again
        self._deliver(new)

    async def _answer(
        self, update_id: int, pressed: _Pressed, stored: asyncio.Future[bool]
    ) -> None:
        """Let the button stop spinning at once; words wait until what they say is stored."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                async with self._store.read() as tx:
                    person = await people.member(tx, self._shop_id, pressed.person_id)
                    place = press_words.Place(self._shop_id, pressed.chat_id, pressed.message_id)
                    name = ""
                    if person is not None:
                        name = await press_words.words(tx, pressed.data, person, place)
                if name and not await asyncio.shield(stored):
                    self._answering.discard(update_id)  # it comes again
                    return
                own = "" if person is None else person.language
                text = toast(name, spoken_to(own, pressed.language)) if name else ""
                await self._gateway.answer(pressed.press_id, text)
        except Exception as error:  # noqa: BLE001 - no press may end the fetching
            # The button spins a little longer; what was pressed is stored all the same.
            log.info("press not answered", error=type(error).__name__)


def _is_of_webhook(error: TelegramError) -> bool:
    """Say whether updates cannot be fetched because Telegram brings them somewhere."""
    return isinstance(error, Conflict) and "webhook" in error.message.lower()


def received(item: Any) -> Received | None:
    """Read what storing an update needs, from raw JSON that may be anything."""
    if not isinstance(item, dict):
        return None
    update_id = item.get("update_id")
    if not _fits(update_id):
        return None
    chat_id = person_id = None
    for value in item.values():
        if isinstance(value, dict):
            person_id = _id(value.get("from"))
            message = value.get("message")
            holder = message if isinstance(message, dict) else value
            chat_id = _id(holder.get("chat"))
            break
    # ASCII alone: half of a surrogate pair in a text cannot break the encoding.
    return Received(update_id, json.dumps(item).encode("ascii"), chat_id, person_id)


def _fits(value: Any) -> TypeGuard[int]:
    """Say whether a value is a number that a column holds."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62


def _id(value: Any) -> int | None:
    found = value.get("id") if isinstance(value, dict) else None
    return found if _fits(found) else None


def _asks_for_health(item: Any) -> tuple[int, int, int] | None:
    """Return (update, chat, person) of a /health that somebody wrote, or of its button."""
    update = received(item)
    if update is None or update.chat_id is None or update.person_id is None:
        return None
    message, query = item.get("message"), item.get("callback_query")
    text = message.get("text") if isinstance(message, dict) else None
    data = query.get("data") if isinstance(query, dict) else None
    press = unpack(data) if isinstance(data, str) else None
    wrote = isinstance(text, str) and text.split("@")[0].strip() == "/health"
    if wrote or (press is not None and press.verb is Verb.HEALTH):
        return update.update_id, update.chat_id, update.person_id
    return None


def _pressed(item: Any) -> _Pressed | None:
    query = item.get("callback_query") if isinstance(item, dict) else None
    if not isinstance(query, dict) or not isinstance(query.get("id"), str):
        return None
    person_id = _id(query.get("from"))
    if person_id is None:
        return None
    language = query["from"].get("language_code")
    data, message = query.get("data"), query.get("message")
    message = message if isinstance(message, dict) else {}
    message_id = message.get("message_id")
    return _Pressed(
        query["id"],
        person_id,
        language if isinstance(language, str) else "",
        data if isinstance(data, str) else "",
        _id(message.get("chat")) or 0,
        message_id if _fits(message_id) else 0,
    )
