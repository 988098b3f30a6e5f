"""Our products, looked at about once a minute. A stock that runs low is news, nothing else is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Protocol

from bot.model.health_facts import FeedHealth
from bot.model.product import Product
from bot.store import low_stock, positions
from bot.store import products as known_products
from bot.store.database import Store
from bot.store.errors import StoreClosed
from bot.supplier.budget import Priority
from bot.supplier.envelope import Page
from bot.supplier.paging import MAX_PAGES, PageMemory, Walked, end_after, learn

from .mishap import failed

FEED: Final = "products"
PAGE_SIZE: Final = 100
EVERY: Final = 60.0  # seconds between two looks
# Of all calls: products wait for everything else.
_SHARE: Final = 0.05


class Products(Protocol):
    """Where products are listed."""

    async def list_products(
        self, *, page: int = 1, page_size: int = PAGE_SIZE, priority: Priority = Priority.SWEEP
    ) -> Page[Product]:
        """Return one page of our products. Raises SupplierError."""
        ...


def pause(calls_per_minute: int) -> float:
    """Return the seconds between two pages: a minute, longer where few calls are allowed."""
    return max(EVERY, 60.0 / (_SHARE * calls_per_minute))


class ProductWatch:
    """Reads the list of our products round after round, a page at a time.

    What a whole round, and the one before it, did not show is gone.
    """

    def __init__(
        self,
        store: Store,
        marketplace: Products,
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
        self._pause = pause(calls_per_minute)
        self._health = FeedHealth(FEED)
        self._memory = PageMemory()
        self._page = 1
        self._walked = Walked(0, 0, 0, 0)
        self._began: datetime | None = None  # this round
        self._before: datetime | None = None  # the round before it, if it was a whole one
        self._seen: set[str] = set()

    def health(self) -> FeedHealth:
        """Return how looking at the products goes."""
        return self._health

    async def run(self) -> None:
        """Look until cancelled. Raises StoreClosed when the store is closed under it."""
        while True:
            try:
                whole = await self.look()
            except StoreClosed:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may go well
                self._failed(error)
                whole = True
            # Pages of one round follow each other a little faster: two calls a minute still fit
            # into what the other looks leave over.
            await self._sleep(self._pause if whole else self._pause / 2)

    async def look(self) -> bool:
        """Read the next page; say whether the round is over. Raises what reading raises."""
        began = self._now()
        if self._page == 1:
            self._began, self._seen, self._walked = began, set(), Walked(0, 0, 0, 0)
        page = await self._marketplace.list_products(page=self._page, page_size=PAGE_SIZE)
        ends = self._ends(page)
        async with self._store.write() as tx:
            await known_products.take_in(
                tx, self._shop_id, page.items, looked_at=began, now=self._now()
            )
            await low_stock.look(tx, self._shop_id, self._now())
            if ends:
                if self._before is not None:
                    await known_products.unseen_are_gone(
                        tx, self._shop_id, self._before, self._now()
                    )
                await positions.write(
                    tx, self._shop_id, FEED, {"first_look": self._now().isoformat()}
                )
                await positions.write(tx, self._shop_id, f"{FEED}.walk", {"done": True})
            elif not await positions.read(tx, self._shop_id, FEED):
                await positions.write(
                    tx, self._shop_id, FEED, {"first_look": self._now().isoformat()}
                )
            known = await known_products.count(tx, self._shop_id)
        self._health = FeedHealth(FEED, last_good_at=self._now(), known=known)
        self._page = 1 if ends else self._page + 1
        if ends:
            self._before = self._began
        return ends

    def _ends(self, page: Page[Product]) -> bool:
        """Say whether a page is the last one, and remember how much is given at once."""
        before = len(self._seen)
        self._seen |= {product.product_id for product in page.items}
        fresh = len(self._seen) - before
        self._walked = Walked(
            found=self._walked.found + fresh + page.unreadable,
            fresh=fresh,
            stale=0 if fresh else self._walked.stale + 1,
            first=page.given if page.page == 1 else self._walked.first,
        )
        learn(page, self._walked, self._memory)
        last = self._page >= MAX_PAGES
        return last or end_after(page, self._walked, self._memory) is not None

    def _failed(self, error: Exception) -> None:
        self._health = failed(self._health, error, self._now())
        self._page = 1  # a round with a hole in it does not tell what is gone
