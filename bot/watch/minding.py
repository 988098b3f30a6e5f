"""What is looked after all the time, whatever the marketplace does: reminders, pinned lines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from bot.store.errors import StoreClosed, StoreError
from bot.store.signals import Signals

from .mishap import told

log = structlog.get_logger(__name__)

EVERY: Final = 15.0  # seconds
SIGNAL: Final = "minding"  # wakes it earlier

Consider = Callable[[], Awaitable[object]]


class Minder:
    """Considers each thing every fifteen seconds; what fails is considered again the next time."""

    def __init__(self, signals: Signals, things: Sequence[Consider]) -> None:
        self._signals = signals
        self._things = tuple(things)

    async def run(self) -> None:
        """Look after them until cancelled. Raises StoreClosed when the store is closed under it."""
        while True:
            await self.consider()
            await self._signals.wait(SIGNAL, EVERY)

    async def consider(self) -> None:
        """Consider each of them once."""
        for consider in self._things:
            try:
                await consider()
            except StoreClosed:
                raise
            except StoreError as error:
                log.error("cannot be looked after", error=str(error))
            except Exception as error:  # noqa: BLE001 - one must not keep the others from it
                log.error("cannot be looked after", **told(error))
