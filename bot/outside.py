"""Ports for machines, and a heartbeat: Telegram's webhook, health, metrics."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.chat.connection import OnCall
from bot.chat.gateway import Gateway
from bot.chat.intake import Intake
from bot.chat.sender import Sender
from bot.chat.webhook import Webhook
from bot.desk import health
from bot.desk.health import Gauges
from bot.model.health_facts import HealthFacts
from bot.store.database import Store
from bot.store.errors import StoreError
from bot.watch.poller import Poller

from .listening import Doors, listen, serving
from .pulse import Hearing, Pulse, beat

if TYPE_CHECKING:
    from bot.supplier.caller import CallRecord

    from .metrics import Metrics

_READ_WITHIN = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Seen:
    """The running parts that are looked at from outside."""

    store: Store
    shop_id: int
    gauges: Gauges
    poller: Poller
    intake: Intake
    sender: Sender
    now: Callable[[], datetime]

    async def facts(self) -> HealthFacts | None:
        """Return what /health shows; None where the database gives nothing."""
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(_READ_WITHIN), self.store.read() as tx:
                return await health.facts(tx, self.shop_id, self.gauges, self.now())
        return None

    def hearing(self) -> Hearing:
        """Return how fetching from Telegram, and sending to it, goes."""
        return Hearing(
            self.intake.heard_at,
            self.intake.failing_since,
            self.sender.failing_since,
            self.sender.sent_at,
        )

    def pulse(self) -> Pulse:
        """Return who says whether all works."""
        return Pulse(
            self.store,
            self.shop_id,
            now=self.now,
            feeds=self.poller.health,
            hearing=self.hearing,
            pause=timedelta(seconds=self.poller.longest_pause),
        )


class Outside:
    """Takes the ports at once, so that one in use is said before anything else begins."""

    def __init__(self, doors: Doors) -> None:
        """Raise CannotListen for a port that cannot be had."""
        self._doors = doors
        self._metrics: Metrics | None = None
        self._listener: socket.socket | None = None
        # Where Telegram brings updates; without one they are fetched.
        self._webhook: socket.socket | None = None
        try:
            if doors.webhook_url:
                self._webhook = listen("WEBHOOK_LISTEN", doors.webhook_listen)
            if doors.metrics_listen:
                from .metrics import Metrics  # noqa: PLC0415 - costs memory where nobody asks

                self._metrics = Metrics()
                self._listener = listen("METRICS_LISTEN", doors.metrics_listen)
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
        for listener in (self._listener, self._webhook):
            if listener is not None:
                listener.close()

    async def receive(self, intake: Intake, gateway: Gateway, now: Callable[[], datetime]) -> None:
        """Take updates until cancelled: those that Telegram brings to the port, or fetched ones."""
        if self._webhook is None:
            await intake.run()
            return
        doors = self._doors
        webhook = Webhook(
            gateway, intake, url=doors.webhook_url, secret=doors.webhook_secret, now=now
        )
        async with serving(webhook, self._webhook):
            await webhook.run()

    async def run(self, seen: Seen) -> None:
        """Answer and beat until cancelled."""
        pulse = seen.pulse()
        async with AsyncExitStack() as stack:
            if self._metrics is not None and self._listener is not None:
                self._metrics.begin(seen.facts, pulse.ails, seen.now, pulse.locked)
                await stack.enter_async_context(serving(self._metrics, self._listener))
            if self._doors.heartbeat_url:
                await beat(pulse, self._doors.heartbeat_url)
            await asyncio.Event().wait()
