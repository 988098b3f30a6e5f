"""The poller: looks at the marketplace for as long as the bot runs, whatever happens to either."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Generic

import structlog

from bot.model.health_facts import FeedHealth
from bot.store import modes, news
from bot.store.database import Store
from bot.store.errors import StoreClosed, StoreError
from bot.supplier.errors import SupplierError

from .afresh import Afresh
from .feed import Feed, Source, T, orders_of, tickets_of
from .greeting import Greeting
from .head import Head
from .list_state import ListState
from .mishap import told
from .open_set import OpenSet
from .schedule import AFTER_A_MISTAKE, Pace, pause, retry, share_out, sweep_minutes
from .sweep import Sweep
from .taking import Taker
from .trouble import FeedState, Trouble
from .walk import Walk

log = structlog.get_logger(__name__)

Sleep = Callable[[float], Awaitable[None]]

# The first message says what waits; for a history of many pages it does not wait to the end.
GREET_AFTER = timedelta(seconds=20)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Poller:
    """Watches orders and tickets of one shop.

    ``poll_seconds``: how often the marketplace is asked. ``calls_per_minute``: the budget that
    the looks are planned for; the client keeps it. ``now`` returns aware times.
    """

    def __init__(
        self,
        store: Store,
        marketplace: Source,
        shop_id: int,
        *,
        poll_seconds: float = 5.0,
        calls_per_minute: int = 60,
        now: Callable[[], datetime] = _utc_now,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._store = store
        self._shop_id = shop_id
        self._now = now
        self._sleep = sleep
        self._poll_seconds = poll_seconds
        self._pace = share_out(calls_per_minute, poll_seconds)
        self._feeds: dict[str, FeedState] = {"orders": FeedState(), "tickets": FeedState()}
        self._trouble = Trouble(store, shop_id, self._feeds, now)
        self._looked_at: datetime | None = None
        self._greeting = Greeting(store, shop_id, now)
        self.afresh = Afresh(store, shop_id, now, self.health)
        self._saying = asyncio.Lock()  # two lists may find the same to be said
        self._orders = self._watcher(orders_of(marketplace))
        self._tickets = self._watcher(tickets_of(marketplace))

    async def run(self) -> None:
        """Look until cancelled. Never ends because the marketplace is away.

        Raises StoreClosed when the store is closed under it.
        """
        if self._pace.head > self._poll_seconds:
            log.warning(
                "POLL_SECONDS is shorter than SUPPLIER_CALLS_PER_MINUTE allows",
                poll_seconds=self._poll_seconds,
                every_seconds=round(self._pace.head, 1),
            )
        await self._trouble.load()
        async with asyncio.TaskGroup() as group:
            for watcher in (self._orders, self._tickets):
                group.create_task(watcher.watch_head(), name=f"head of {watcher.name}")
                group.create_task(watcher.watch_rest(), name=f"rest of {watcher.name}")

    def look_soon(self) -> None:
        """Have both lists looked at at once."""
        self._orders.look_soon()
        self._tickets.look_soon()

    def health(self) -> tuple[FeedHealth, ...]:
        """Return how looking at each list goes."""
        return tuple(
            FeedHealth(
                feed=watcher.name,
                last_good_at=watcher.health.last_good_at,
                failing_since=watcher.health.failing_since,
                reason=watcher.health.reason,
                known=watcher.known,
            )
            for watcher in (self._orders, self._tickets)
        )

    @property
    def longest_pause(self) -> float:
        """The longest time between two looks at a list, in seconds, when all goes well."""
        return pause(self._pace.head, math.inf)

    def sweep_minutes(self) -> float:
        """Return the longest time, in minutes, until everything was looked at again."""
        return max(
            sweep_minutes(watcher.pages, self._pace) for watcher in (self._orders, self._tickets)
        )

    def _watcher(self, feed: Feed[T]) -> _Watcher[T]:
        return _Watcher(
            Taker(feed, self._store, self._shop_id, self._now),
            health=self._feeds[feed.name],
            pace=self._pace,
            now=self._now,
            sleep=self._sleep,
            after_round=self._after_round,
        )

    async def _after_round(self) -> None:
        """Say what a round made true: trouble or its end, the first look, an order that is late."""
        async with self._saying:
            await self._say()

    async def _say(self) -> None:
        await self._trouble.consider()
        if self._may_greet() and await self.afresh.ready():
            await self._greeting.greet()
        async with self._store.read() as tx:
            late = await modes.late(tx, self._shop_id, self._now())
        if late:
            async with self._store.write() as tx:
                await news.tell_late(tx, self._shop_id, self._now())

    def _may_greet(self) -> bool:
        """Say whether what waits is counted: every page was seen, or that takes too long."""
        tickets_fail = self._feeds["tickets"].failing_since is not None
        if not (self._orders.first_look and (self._tickets.first_look or tickets_fail)):
            return False
        now = self._now()
        self._looked_at = self._looked_at or now
        whole = self._orders.walked and (self._tickets.walked or tickets_fail)
        return whole or now - self._looked_at >= GREET_AFTER


class _Watcher(Generic[T]):
    """Watches one list with two tasks, so that a slow look at the rest never delays the head."""

    def __init__(
        self,
        taker: Taker[T],
        *,
        health: FeedState,
        pace: Pace,
        now: Callable[[], datetime],
        sleep: Sleep,
        after_round: Callable[[], Awaitable[None]],
    ) -> None:
        state = ListState(taker.feed)
        self.name = taker.feed.name
        self.health = health
        self.known = 0
        self._taker = taker
        self._state = state
        self._pace = pace
        self._now = now
        self._sleep = sleep
        self._after_round = after_round
        self._head = Head(taker, state)
        self._walk = Walk(taker, state)
        self._open = OpenSet(taker, state, pace.open_after)
        self._sweep = Sweep(taker, state)
        self._soon = asyncio.Event()
        self._looked = asyncio.Event()  # the first look is stored

    @property
    def first_look(self) -> bool:
        """Whether the first look is stored."""
        return self._head.first_look

    @property
    def walked(self) -> bool:
        """Whether every page was seen once."""
        return self._walk.done

    @property
    def pages(self) -> int:
        """How many pages the list has, as far as known."""
        return 1 if self._state.whole else self._state.pages

    def look_soon(self) -> None:
        """Have the head looked at at once."""
        self._soon.set()

    async def watch_head(self) -> None:
        """Look at the head again and again; the first look is at once."""
        loaded = False
        happened_at = self._now()
        while True:
            self._soon.clear()
            try:
                if not loaded:
                    await self._head.load()
                    await self._walk.load()
                    await self._sweep.load()
                    loaded = True
                if await self._head.round():
                    happened_at = self._now()
                if self.health.well(self._now()):
                    log.info("the marketplace answers again", feed=self.name)
                if not self._looked.is_set():
                    await self._walk.load()
                    self._looked.set()
                await self._count()
                await self._after_round()
                quiet_for = (self._now() - happened_at).total_seconds()
                delay = pause(self._pace.head, quiet_for)
            except StoreClosed:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may go well
                delay = await self._failed(error)
            if await self._wait(delay):
                happened_at = self._now()

    async def watch_rest(self) -> None:
        """Walk through history first; then look at what is open, and sweep."""
        await self._looked.wait()
        turn = 0
        while True:
            try:
                turn += 1
                delay = await self._step(turn)
            except StoreClosed:
                raise
            except (SupplierError, StoreError) as error:
                log.info("a look at the rest failed", feed=self.name, error=str(error))
                delay = self._pace.sweep
            except Exception as error:  # noqa: BLE001 - as at the head
                log.error("a look at the rest failed", feed=self.name, **told(error))
                delay = max(self._pace.sweep, AFTER_A_MISTAKE)
            await self._sleep(delay)
            while self.health.failing_since is not None:
                # The head finds out when the marketplace is back.
                await self._sleep(self._pace.head)

    async def _step(self, turn: int) -> float:
        """Make at most one call; return the seconds until the next."""
        if not self._walk.done:
            await self._walk.step()
            return 0.0
        # Both at their own pace in one row of steps: so many of the open set to one of the sweep.
        each = max(round(self._pace.sweep / self._pace.open), 1)
        if turn % (each + 1) == 0:
            await self._sweep.step()
        else:
            await self._open.step()
        return self._pace.sweep / (each + 1)

    async def _failed(self, error: Exception) -> float:
        now = self._now()
        self.health.ill(now, error)
        since = self.health.failing_since or now
        failing_for = (now - since).total_seconds()
        foreseen = isinstance(error, SupplierError | StoreError)
        log.log(
            logging.WARNING if foreseen else logging.ERROR,
            "a look failed",
            feed=self.name,
            reason=self.health.reason,
            tries=self.health.tries,
            **({"error": str(error)} if foreseen else told(error)),
        )
        try:
            await self._after_round()
        except StoreClosed:
            raise
        except Exception as second:  # noqa: BLE001 - as at the head
            log.error("what is to be said cannot be said", **told(second))
        return retry(self._pace.head, failing_for, self.health.tries, self.health.wait)

    async def _count(self) -> None:
        async with self._taker.store.read() as tx:
            self.known = await self._taker.feed.count(tx, self._taker.shop_id)

    async def _wait(self, seconds: float) -> bool:
        """Wait, or until somebody asks for a look; say whether somebody did."""
        sleeping = asyncio.ensure_future(self._sleep(seconds))
        asked = asyncio.ensure_future(self._soon.wait())
        try:
            await asyncio.wait({sleeping, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            asked.cancel()
            await asyncio.gather(sleeping, asked, return_exceptions=True)
        return self._soon.is_set()
