"""Ports for machines, and a heartbeat: Telegram's webhook, health, metrics."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.chat.gateway import OnCall
from bot.desk import health
from bot.desk.health import Gauges
from bot.model.facts import HealthFacts
from bot.store.database import Store
from bot.store.errors import StoreError

from .listening import listen, serving
from .pulse import Pulse, beat

if TYPE_CHECKING:
    from bot.supplier.caller import CallRecord

    from .metrics import Metrics

_READ_WITHIN = 3.0  # seconds


class Outside:
    """Takes the ports at once, so that one in use is said before anything else begins."""

    def __init__(
        self, metrics_listen: str, webhook_listen: str, heartbeat_url: SecretStr | None
    ) -> None:
        """Raise CannotListen for a port that cannot be had."""
        self._url = heartbeat_url
        # Where Telegram brings updates; without one they are fetched.
        self.webhook: socket.socket | None = None
        if webhook_listen:
            self.webhook = listen("WEBHOOK_LISTEN", webhook_listen)
        self._listener: socket.socket | None = None
        self._metrics: Metrics | None = None
        if metrics_listen:
            from .metrics import Metrics  # noqa: PLC0415 - costs memory where nobody asks

            self._metrics = Metrics()
            try:
                self._listener = listen("METRICS_LISTEN", metrics_listen)
            except BaseException:
                self.close()
                raise

    @property
    def on_marketplace_call(self) -> Callable[[CallRecord], None] | None:
        """Who counts the calls of the marketplace."""
        return None if self._metrics is None else self._metrics.marketplace_called

    @property
    def on_telegram_call(self) -> OnCall | None:
        """Who counts the calls of Telegram."""
        return None if self._metrics is None else self._metrics.telegram_called

    def close(self) -> None:
        """Let the ports go; again is harmless."""
        for listener in (self._listener, self.webhook):
            if listener is not None:
                listener.close()

    async def run(
        self,
        store: Store,
        shop_id: int,
        gauges: Gauges,
        pulse: Pulse,
        now: Callable[[], datetime],
    ) -> None:
        """Answer and beat until cancelled."""

        async def facts() -> HealthFacts | None:
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(_READ_WITHIN), store.read() as tx:
                    return await health.facts(tx, shop_id, gauges, now())
            return None

        async with AsyncExitStack() as stack:
            if self._metrics is not None and self._listener is not None:
                self._metrics.begin(facts, pulse.ails, now)
                await stack.enter_async_context(serving(self._metrics, self._listener))
            if self._url is not None:
                await beat(pulse, self._url.get_secret_value())
            await asyncio.Event().wait()
