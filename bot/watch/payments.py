"""Payments: all of them once, in the background, and then what is new, about once a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from bot.model.health_facts import FeedHealth
from bot.model.payment import Payment
from bot.store import payments, positions
from bot.store.database import Store
from bot.store.errors import StoreClosed
from bot.supplier.budget import Priority
from bot.supplier.envelope import Page
from bot.supplier.errors import NotFound
from bot.supplier.paging import PageMemory

from .mishap import failed
from .reading import Reading, empty_page, sort_of

FEED: Final = "payments"
PAGE_SIZE: Final = 100
EVERY: Final = 60.0  # seconds between two looks for what is new
# Of all calls, while what was there before is read: everything else goes first anyway.
_SHARE: Final = 0.2
_LATER_SHARE: Final = 0.05
# So many pages of one look may be new; what is behind them is found by the lap.
_DEEP: Final = 20


class Payments(Protocol):
    """Where payments are listed."""

    async def list_payments(
        self, *, page: int = 1, page_size: int = PAGE_SIZE, priority: Priority = Priority.SWEEP
    ) -> Page[Payment]:
        """Return one page of the payments. Raises SupplierError."""
        ...


@dataclass(frozen=True, slots=True)
class _Identified:
    """How the pages' reader tells payments apart."""

    id_of: Callable[[Payment], str] = payments.key_of


class PaymentWatch:
    """Reads the list of payments; where it stands in the first walk is stored with each page."""

    def __init__(
        self,
        store: Store,
        marketplace: Payments,
        shop_id: int,
        *,
        calls_per_minute: int,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._marketplace = marketplace
        self._shop_id = shop_id
        self._now = now
        self._sleep = sleep
        self._walks_every = 60.0 / (_SHARE * calls_per_minute)
        self._looks_every = max(EVERY, 60.0 / (_LATER_SHARE * calls_per_minute))
        self._health = FeedHealth(FEED)
        self._memory = PageMemory()
        self._reading: Reading[Payment] | None = None  # of the first walk
        self._lap = 1  # the page that was looked at last of what is known already

    def health(self) -> FeedHealth:
        """Return how looking at the payments goes."""
        return self._health

    async def run(self) -> None:
        """Look until cancelled. Raises StoreClosed when the store is closed under it."""
        while True:
            try:
                pause = await self.look()
            except StoreClosed:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may go well
                self._failed(error)
                pause = self._looks_every
            await self._sleep(pause)

    async def look(self) -> float:
        """Read on; return the seconds until the next look. Raises what reading raises."""
        async with self._store.read() as tx:
            walk = await positions.read(tx, self._shop_id, f"{FEED}.walk")
        if not walk.get("done"):
            return await self._walk(walk)
        self._reading = None
        await self._look_for_new(walk)
        return self._looks_every

    # --- what was there before -----------------------------------------------------------------

    async def _walk(self, walk: dict[str, Any]) -> float:
        number = max(int(walk.get("page", 1)), 1)
        if self._reading is None:
            # The last page that was read once more: things may have moved to it meanwhile.
            self._reading = Reading(_Identified(), self._memory, number)
        else:
            number += 1
        began = self._now()
        try:
            page = await self._page(number, Priority.HISTORY)
            ended = self._reading.ended(page)
            total = page.total or walk.get("total")
            await self._take(page, began, {**walk, "page": number, "done": ended, "total": total})
        except BaseException:
            self._reading = None  # this page is read again
            raise
        return self._looks_every if ended else self._walks_every

    # --- what is new ------------------------------------------------------------------------------

    async def _look_for_new(self, walk: dict[str, Any]) -> None:
        """Look where new ones come: at the first page, and where it is not newest, at the last."""
        last = int(walk.get("last", 1))
        first = await self._read_on(1)
        sort = sort_of([payment.created_at or payment.paid_at for payment in first.items])
        if sort != "newest":
            await self._read_on(last, walk, first.given)
        self._lap = self._lap + 1 if self._lap < last else 2
        if self._lap <= last:
            began = self._now()
            await self._take(await self._page(self._lap, Priority.HISTORY), began)

    async def _read_on(
        self, number: int, walk: dict[str, Any] | None = None, whole: int = 0
    ) -> Page[Payment]:
        """Read from a page on until one shows nothing new; return the first.

        ``walk``: it is the last one that is known, and where the list ends then is stored.
        ``whole``: how many a full page gives.
        """
        reading = Reading(_Identified(), self._memory, number)
        first: Page[Payment] | None = None
        given = 0
        for at in range(number, number + _DEEP):
            began = self._now()
            page = await self._page(at, Priority.SWEEP)
            first = first or page
            seen, before = reading.seen, given
            ended = reading.ended(page)
            fresh = await self._take(page, began, None if walk is None else {**walk, "page": at})
            if walk is not None and fresh:
                walk = {**walk, "last": at}
            # The last one that is known may be full, and so may those behind it be, known since
            # a look that found more at once; a page behind a short one is shown again.
            given = page.given
            goes_on = at == number or (before >= whole and reading.seen > seen)
            if ended or not (fresh or (walk is not None and goes_on)):
                break
        return first or empty_page(number)

    async def _page(self, number: int, priority: Priority) -> Page[Payment]:
        try:
            return await self._marketplace.list_payments(
                page=number, page_size=PAGE_SIZE, priority=priority
            )
        except NotFound:
            # Some marketplaces answer so to a page behind the last one.
            if number == 1:
                raise
            return empty_page(number)

    async def _take(
        self, page: Page[Payment], began: datetime, position: dict[str, Any] | None = None
    ) -> bool:
        """Store a page, and where the reading stands; say whether it showed anything new."""
        async with self._store.write() as tx:
            fresh = await payments.take_in(tx, self._shop_id, page.items, looked_at=began)
            if position is not None:
                if fresh:
                    # Some servers repeat their last page behind it: such a page is none.
                    position["last"] = page.page
                await positions.write(tx, self._shop_id, f"{FEED}.walk", position)
            if not await positions.read(tx, self._shop_id, FEED):
                first = {"first_look": self._now().isoformat()}
                await positions.write(tx, self._shop_id, FEED, first)
            known = await payments.count(tx, self._shop_id)
        self._health = FeedHealth(FEED, last_good_at=self._now(), known=known)
        return bool(fresh)

    def _failed(self, error: Exception) -> None:
        self._health = failed(self._health, error, self._now())
