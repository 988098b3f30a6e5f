"""The first minute: who we are at Telegram, who owns the shop, and what everybody sees of us."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.chat.fate import backoff
from bot.chat.intake import Intake
from bot.chat.introduction import introduce
from bot.desk import people as desk_people
from bot.desk.asking import send_commands
from bot.desk.health import Remembered
from bot.desk.locking import first_code
from bot.desk.shop import Shop
from bot.store import people as known_people
from bot.store.errors import StoreError
from bot.store.patience import patiently
from bot.views.drawing import warm
from bot.views.languages import spoken_to

from . import memory

log = structlog.get_logger(__name__)

_INTRODUCE_AGAIN: Final = 600.0


class Arrival:
    """What is done once at a start, however long Telegram or the database is away.

    ``initialize`` learns from Telegram who we are. ``is_listed``: OWNER_IDS names an owner, so
    that no pairing code is needed. ``language``: of the shop.
    """

    def __init__(
        self,
        shop: Shop,
        bot: ExtBot[None],
        initialize: Callable[[], Awaitable[None]],
        intake: Intake,
        remembered: Remembered,
        *,
        is_listed: bool,
        language: str,
    ) -> None:
        self.connected = asyncio.Event()
        self._shop = shop
        self._bot = bot
        self._initialize = initialize
        self._intake = intake
        self._remembered = remembered
        self._is_listed = is_listed
        self._language = language

    async def connect(self) -> None:
        """Learn from Telegram who we are, however long it is away; the rest does not wait."""
        await patiently(self._pairing_code, "the pairing code")
        await patiently(self._lock_code, "the lock code")
        await patiently(self._fill_menus, "the command menus")
        await self._remembered.look(self._shop.now())
        failures = 0
        # The first card or press must not wait for templates to be read: a quarter of a second.
        for language in await self._languages():
            await asyncio.to_thread(warm, language)
        memory.settle()
        while True:
            try:
                await self._initialize()
            except TelegramError as error:
                failures += 1
                if isinstance(error, InvalidToken):
                    log.error("Telegram does not know TELEGRAM_BOT_TOKEN")
                else:
                    log.warning("Telegram cannot be reached", error=type(error).__name__)
                wait = backoff(failures, random.random()).total_seconds()  # noqa: S311
                await asyncio.sleep(min(wait, 15.0))
            else:
                # A fetch that finds nothing takes 25 seconds: until then this says that it works.
                self._intake.heard_at = self._intake.heard_at or self._shop.now()
                self.connected.set()
                return

    async def _languages(self) -> list[str]:
        """Return what is spoken in this shop, so that nobody's first message waits for it."""
        shops = self._language
        try:
            async with self._shop.store.read() as tx:
                people = await known_people.members_of(tx, self._shop.shop_id)
        except StoreError:
            people = ()
        return list(dict.fromkeys([shops, *(spoken_to(each.language, shops) for each in people)]))

    async def _fill_menus(self) -> None:
        async with self._shop.store.write() as tx:
            for person in await known_people.members_of(tx, self._shop.shop_id):
                await send_commands(tx, self._shop, person, self._shop.now())

    async def _lock_code(self) -> None:
        """Print the code that locks the shop, at its first start alone."""
        async with self._shop.store.write() as tx:
            code = await first_code(tx, self._shop.shop_id, self._shop.now())
        if code is not None:
            print(f"Lock code: {code}", flush=True)  # noqa: T201

    async def _pairing_code(self) -> None:
        if self._is_listed:
            return
        async with self._shop.store.write() as tx:
            code = await desk_people.new_code(tx, self._shop.shop_id, self._shop.now())
        if code is not None:
            print(f"Pairing code: {code}", flush=True)  # noqa: T201

    async def code_runs_out(self) -> None:
        """Say when the pairing code works no more, to whoever still waits for its owner."""
        await asyncio.sleep(desk_people.CODE_LASTS.total_seconds())
        with contextlib.suppress(StoreError):
            async with self._shop.store.read() as tx:
                owned = await known_people.has_owner(tx, self._shop.shop_id)
            if not owned:
                log.warning("pairing code too old: start the bot again for a new one")

    async def introduce(self) -> None:
        """Say in the bot's profile what it is, until Telegram takes it."""
        await self.connected.wait()
        while True:
            if await introduce(self._bot, self._language):
                return
            await asyncio.sleep(_INTRODUCE_AGAIN)
