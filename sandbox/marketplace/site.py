"""The marketplace as a whole: what is in it, what goes wrong in it, what lives in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from sandbox.clock import Clock, SystemClock
from sandbox.marketplace import pool
from sandbox.marketplace.faults import FaultTable
from sandbox.marketplace.ledger import Ledger
from sandbox.marketplace.life import Life
from sandbox.marketplace.options import MarketOptions
from sandbox.marketplace.seed import seeded

_LONGEST_NAP = 30.0


class Site:
    """One practice marketplace; `market` is replaced as a whole when it is set back."""

    def __init__(
        self,
        options: MarketOptions | None = None,
        *,
        clock: Clock | None = None,
        seed: int = 7,
    ) -> None:
        self._first_options = options or MarketOptions()
        self.clock = clock or SystemClock()
        self.market = seeded(self._first_options, self.clock, seed)
        self.faults = FaultTable()
        self.life = Life(self.market)

    @property
    def options(self) -> MarketOptions:
        """The options in force."""
        return self.market.options

    def change_options(self, partial: dict[str, Any]) -> MarketOptions:
        """Put some options in force at once; raises pydantic.ValidationError."""
        self.market.options = self.options.changed(partial)
        self.market.ledger.ring()
        return self.market.options

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None, empty: bool = False
    ) -> None:
        """Begin anew: the first options with these changes, no faults, no calls, no changes."""
        chosen = self._first_options.changed(options or {})
        ledger = self.market.ledger
        # What still hangs in the old market ends there, and is no news in the new one.
        self.market.ledger = Ledger()
        fresh = seeded(chosen, self.clock, self.market.seed if seed is None else seed, empty=empty)
        ledger.clear()
        fresh.ledger = ledger
        self.market = fresh
        self.life = Life(fresh)
        self.faults.clear()
        ledger.ring()

    def stop(self) -> None:
        """End what never ends by itself: event streams, calls that hang, the buyers' lives."""
        self.faults.stopping.set()
        self.market.ledger.ring()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let time pass in the marketplace for as long as this context is open.

        A parent that mounts the application enters this in its own lifespan; Starlette does not
        run the lifespan of what is mounted.
        """
        task = asyncio.create_task(self.run_life(), name="practice marketplace")
        try:
            yield
        finally:
            self.stop()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def run_life(self) -> None:
        """Deliver from the pools when it is time, and let the buyers live when that is asked."""
        with self.market.ledger.listen() as bell:
            while not self.faults.stopping.is_set():
                pool.settle(self.market)
                self.life.catch_up()
                waits = (pool.due_in(self.market, self.clock.now()), self.life.due_in())
                nap = min((wait for wait in waits if wait is not None), default=_LONGEST_NAP)
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), min(nap, _LONGEST_NAP))
                bell.clear()
