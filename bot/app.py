"""Puts the parts together, and owns their start and their end: one TaskGroup, nothing loose."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from telegram.error import TelegramError

from bot.chat.connection import close_bot, make_bot
from bot.chat.drawing import Drawing
from bot.chat.gateway import TelegramGateway
from bot.chat.intake import Intake
from bot.chat.lanes import Lanes
from bot.chat.pacer import Pacer
from bot.chat.pinning import Pinning
from bot.chat.sender import Sender
from bot.desk import people as desk_people
from bot.desk.asking import Asking
from bot.desk.executor import Executor
from bot.desk.health import Gauges, Remembered
from bot.desk.locking import LockKeeper
from bot.desk.shop import Shop
from bot.desk.taking_up import take_up
from bot.model.leaked import Leaks, of_cookie
from bot.model.outgoing import Outgoing
from bot.store import inbox, pruning
from bot.store import people as known_people
from bot.store.database import Store
from bot.store.errors import StoreError
from bot.supplier.client import Marketplace
from bot.views import talk
from bot.watch.minding import Minder
from bot.watch.payments import PaymentWatch
from bot.watch.pins import Pins
from bot.watch.poller import Poller
from bot.watch.products import ProductWatch
from bot.watch.reminders import Reminders
from bot.watch.summaries import Summaries
from bot.watch.teller import Teller
from handlers.dispatch import Dispatch
from handlers.turn import House

from .arrival import Arrival
from .outside import Outside, Seen
from .settings import Settings

log = structlog.get_logger(__name__)

# An end that was asked for takes at most ten seconds; what is not done by then is cancelled.
_FINISH_SECONDS: Final = 8.0
_PRUNE_SECONDS: Final = 3600.0


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


def _leaks(settings: Settings) -> Leaks:
    """Return what finds our own keys in a chat."""
    key, cookie = settings.supplier_api_key, settings.supplier_cookie
    return Leaks(
        (
            settings.telegram_bot_token.get_secret_value(),
            "" if key is None else key.get_secret_value(),
            *(() if cookie is None else of_cookie(cookie.get_secret_value())),
        )
    )


class App:
    """The running bot."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        marketplace: Marketplace,
        shop_id: int,
        stopping: asyncio.Event,
        outside: Outside,
    ) -> None:
        self.stopping = stopping
        self._outside = outside
        self._settings = settings
        self._store = store
        self._shop_id = shop_id
        self._bot = make_bot(
            settings.telegram_bot_token.get_secret_value(),
            settings.telegram_api_url,
            outside.on_telegram_call,
        )
        gateway = self._gateway = TelegramGateway(self._bot)
        self._poller = Poller(
            store,
            marketplace,
            shop_id,
            poll_seconds=float(settings.poll_seconds),
            calls_per_minute=settings.supplier_calls_per_minute,
            now=now,
        )
        self._products = ProductWatch(
            store,
            marketplace,
            shop_id,
            calls_per_minute=settings.supplier_calls_per_minute,
            now=now,
        )
        self._payments = PaymentWatch(
            store,
            marketplace,
            shop_id,
            calls_per_minute=settings.supplier_calls_per_minute,
            now=now,
        )
        self._teller = Teller(store, shop_id, now=now)
        self._minder = Minder(
            store.signals,
            (
                self._poller.afresh.then(Reminders(store, shop_id, now).consider),
                self._poller.afresh.then(Summaries(store, shop_id, now).consider),
                Pins(store, shop_id, now, self._poller.health).consider,
                Pinning(store, gateway, shop_id, now).look,
            ),
        )
        shop = Shop(
            shop_id,
            store,
            marketplace,
            now,
            self._poller.look_soon,
            self._marketplace_failing_since,
            delete_pastes=settings.delete_pastes,
            ticket_reply=settings.ticket_reply,
            time_zone=ZoneInfo(settings.time_zone),
        )
        drawing = Drawing(
            shop_id,
            settings.currency,
            ZoneInfo(settings.time_zone),
            settings.default_language,
            settings.ticket_reply,
            settings.supplier_api_url,
        )
        self._executor = Executor(shop)
        self._lock_keeper = LockKeeper(shop)
        self._asking = Asking(shop, gateway)
        self._sender = Sender(
            store=store,
            gateway=gateway,
            drawing=drawing,
            pacer=Pacer(time.monotonic),
            now=now,
        )
        gauges = Gauges(
            version=version("supplier-bot"),
            started_at=now(),
            calls_per_minute=settings.supplier_calls_per_minute,
            feeds=lambda: (
                *self._poller.health(),
                self._products.health(),
                self._payments.health(),
            ),
            sweep_minutes=self._poller.sweep_minutes,
            telegram_failing_since=self._telegram_failing_since,
            store_trouble=lambda: store.trouble,
        )
        self._gauges = gauges
        self._remembered = Remembered(store, shop_id, gauges)
        self._drawing = drawing
        self._dispatch = Dispatch(self._bot, House(shop, drawing, gauges))
        self._lanes = Lanes(
            store=store,
            bot=self._bot,
            bot_id=settings.bot_id,
            shop_id=shop_id,
            now=now,
            handle=self._dispatch,
        )
        self._intake = Intake(
            gateway=gateway,
            store=store,
            bot_id=settings.bot_id,
            shop_id=shop_id,
            now=now,
            deliver=self._lanes.put,
            health=self._health_from_memory,
            leaks=_leaks(settings),
        )
        self._arrival = Arrival(
            shop,
            self._bot,
            self._dispatch.application.initialize,
            self._intake,
            self._remembered,
            is_listed=bool(settings.owner_ids),
            language=settings.default_language,
        )

    @classmethod
    async def build(
        cls,
        settings: Settings,
        store: Store,
        marketplace: Marketplace,
        stopping: asyncio.Event,
        outside: Outside,
    ) -> App:
        """Make the shop and its owners, and take up what a dead process held."""
        async with store.write() as tx:
            await inbox.speak_through(tx, settings.bot_id)
            shop_id = await known_people.the_shop(tx, now())
            await desk_people.welcome_owners(tx, shop_id, settings.owner_ids, now())
            taken = await take_up(tx, shop_id, now())
        # Whoever waits for one of them has it made again.
        await asyncio.to_thread(store.spool.tidy, older_than=0)
        if taken.messages or taken.intents:
            log.info("taken up", messages=taken.messages, intents=taken.intents)
        if taken.spoiled:
            log.error("intents that cannot be unsealed were ended", count=taken.spoiled)
        return cls(settings, store, marketplace, shop_id, stopping, outside)

    async def _health_from_memory(self, person_id: int) -> Outgoing | None:
        """Return what /health shows while nothing can be stored; None for a stranger."""
        await self._remembered.look(now())
        person = self._remembered.member(person_id)
        if person is None:
            return None
        return talk.health(self._remembered.facts(now()), self._drawing.reader(person), now())

    def _marketplace_failing_since(self) -> datetime | None:
        times = [feed.failing_since for feed in self._poller.health() if feed.failing_since]
        return min(times) if times else None

    def _telegram_failing_since(self) -> datetime | None:
        times = [t for t in (self._intake.failing_since, self._sender.failing_since) if t]
        return min(times) if times else None

    async def run(self) -> None:
        """Run every part until asked to end; then let each finish what it has begun."""
        seen = Seen(
            self._store,
            self._shop_id,
            self._gauges,
            self._poller,
            self._intake,
            self._sender,
            now,
        )
        async with asyncio.TaskGroup() as tasks:

            def start(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
                return tasks.create_task(work, name=name)

            # These hold nothing that a cancellation could lose: every step is one transaction.
            loose = [
                start(self._arrival.connect(), "connect"),
                start(self._outside.receive(self._intake, self._gateway, now), "intake"),
                start(self._poller.run(), "poller"),
                start(self._products.run(), "products"),
                start(self._payments.run(), "payments"),
                start(self._teller.run(), "teller"),
                start(self._minder.run(), "minder"),
                start(self._lock_keeper.run(), "lock"),
                start(self._keep_house(), "housekeeping"),
                start(self._arrival.code_runs_out(), "pairing code"),
                start(self._arrival.introduce(), "introduction"),
                start(self._outside.run(seen), "outside"),
            ]
            # These are asked to stop, and finish.
            careful = [
                start(self._lanes_when_ready(), "lanes"),
                start(self._executor.run(), "executor"),
                start(self._asking.run(), "asking"),
                start(self._sender.run(), "sender"),
            ]
            await self.stopping.wait()
            log.info("ending")
            for task in loose:
                task.cancel()
            self._arrival.connected.set()  # or the lanes would wait for Telegram
            for part in (self._lanes, self._executor, self._asking, self._sender):
                part.stop()
            waiting = [task for task in careful if not task.done()]
            if waiting:
                await asyncio.wait(waiting, timeout=_FINISH_SECONDS)
            for task in careful:
                task.cancel()
        with contextlib.suppress(TelegramError, RuntimeError, TimeoutError):
            async with asyncio.timeout(1):
                await close_bot(self._bot)

    async def _lanes_when_ready(self) -> None:
        """Handlers need to know the bot's own name: what comes before waits in the inbox."""
        await self._arrival.connected.wait()
        if not self.stopping.is_set():
            await self._lanes.run()

    async def _keep_house(self) -> None:
        """Forget, now and then, what nobody can need any more."""
        while True:
            try:
                gone = await pruning.prune(self._store, now())
                gone += await asyncio.to_thread(self._store.spool.tidy)
                log.debug("pruned", rows=gone)
            except StoreError as error:
                log.error("housekeeping failed", reason=str(error))
            await self._remembered.look(now())
            await asyncio.sleep(_PRUNE_SECONDS)
