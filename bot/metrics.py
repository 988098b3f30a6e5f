"""What a machine may ask on a port of this one: ``/healthz`` and ``/metrics``.

Numbers alone: no name, no number of an order, no address.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from bot.model.health_facts import HealthFacts
from bot.model.wellness import Ail
from bot.supplier.caller import CallRecord

from .listening import Receive, Scope, Send

_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0)
# The Bot API's methods that the bot calls: a word of anybody else's never becomes a label.
_METHODS: Final = frozenset(
    (
        "answerCallbackQuery",
        "deleteMessage",
        "editMessageMedia",
        "editMessageText",
        "getChat",
        "getFile",
        "getMe",
        "getUpdates",
        "pinChatMessage",
        "sendDocument",
        "sendMessage",
        "sendPhoto",
        "setMessageReaction",
        "setMyCommands",
        "setWebhook",
        "deleteWebhook",
    )
)
_TEXT: Final = b"text/plain; charset=utf-8"

Facts = Callable[[], Awaitable[HealthFacts | None]]
Ails = Callable[[], Awaitable[tuple[Ail, ...]]]


class Metrics:
    """Counts what happens, and shows how things are when somebody asks."""

    def __init__(self) -> None:
        self._shown = _Shown()
        self._registry = CollectorRegistry()
        self._calls = self._counter("marketplace_calls", "Calls of the marketplace.", "operation")
        self._errors = self._counter(
            "marketplace_errors", "Calls that failed, by reason.", "operation", "reason"
        )
        self._took = self._histogram("marketplace_call_seconds", "What a call took.", "operation")
        self._told = self._counter("telegram_calls", "Calls of Telegram.", "method")
        self._refused = self._counter(
            "telegram_errors", "Calls that Telegram did not take, by status.", "method", "status"
        )
        self._telegram_took = self._histogram(
            "telegram_call_seconds", "What a call took; getUpdates waits for updates.", "method"
        )
        self._registry.register(self._shown)
        ProcessCollector(registry=self._registry)

    def begin(
        self,
        facts: Facts,
        ails: Ails,
        now: Callable[[], datetime],
        locked: Callable[[], bool] = bool,
    ) -> None:
        """Take who knows how things are. To be called before the first request.

        ``facts``: what /health shows, or None where the database gives nothing. ``locked``:
        whether the shop was locked when ``ails`` was asked last.
        """
        self._facts, self._ails, self._now, self._locked = facts, ails, now, locked

    def _counter(self, name: str, said: str, *labels: str) -> Counter:
        return Counter(f"supplier_bot_{name}", said, labels, registry=self._registry)

    def _histogram(self, name: str, said: str, *labels: str) -> Histogram:
        return Histogram(
            f"supplier_bot_{name}", said, labels, registry=self._registry, buckets=_SECONDS
        )

    def marketplace_called(self, record: CallRecord) -> None:
        """Count a call of the marketplace."""
        operation = str(record.operation)
        self._calls.labels(operation).inc()
        self._took.labels(operation).observe(record.seconds)
        if record.error is not None:
            self._errors.labels(operation, record.error).inc()

    def telegram_called(self, method: str, status: int | None, seconds: float) -> None:
        """Count a call of Telegram; ``status`` None: it never answered."""
        name = method if method in _METHODS else "other"
        self._told.labels(name).inc()
        self._telegram_took.labels(name).observe(seconds)
        if status is None or not 200 <= status < 300:  # noqa: PLR2004 - HTTP's own
            self._refused.labels(name, "none" if status is None else str(status)).inc()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        if scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 405, b"GET alone\n")
        elif scope["path"] == "/healthz":
            found = await self._ails()
            # A lock is somebody's will, and no fault: it is said, and fails nothing.
            body = {
                "status": "failing" if found else "ok",
                "failing": list(found),
                "locked": self._locked(),
            }
            said = json.dumps(body).encode() + b"\n"
            await _answer(send, 503 if found else 200, said, b"application/json")
        elif scope["path"] == "/metrics":
            self._shown.show(await self._facts(), await self._ails(), self._now())
            said = generate_latest(self._registry)
            await _answer(send, 200, said, CONTENT_TYPE_PLAIN_0_0_4.encode())
        else:
            await _answer(send, 404, b"/healthz and /metrics are here\n")


class _Shown(Collector):
    """How things were when they were last looked at."""

    def __init__(self) -> None:
        self._families: list[Metric] = []

    def show(self, facts: HealthFacts | None, ails: tuple[Ail, ...], now: datetime) -> None:
        """Take what is to be shown."""
        self._families = [_gauge("healthy", "1 while polling and sending work.", not ails)]
        if facts is None:
            return
        info = InfoMetricFamily("supplier_bot", "The version that runs.")
        info.add_metric([], {"version": facts.version})
        self._families.append(info)
        age = GaugeMetricFamily(
            "supplier_bot_last_good_poll_age_seconds",
            "Since the last look at a list that went well.",
            labels=["list"],
        )
        known = GaugeMetricFamily("supplier_bot_known", "What is known of a list.", labels=["list"])
        for feed in facts.feeds:
            known.add_metric([feed.feed], feed.known)
            if feed.last_good_at is not None:
                age.add_metric([feed.feed], (now - feed.last_good_at).total_seconds())
        self._families += [
            age,
            known,
            _gauge("outbox_messages", "Messages that wait to be sent.", facts.waiting_messages),
            _gauge(
                "outbox_oldest_seconds",
                "For how long the oldest message that may go out has waited.",
                0 if facts.due_since is None else (now - facts.due_since).total_seconds(),
            ),
            _gauge("outbox_aside", "Messages that were set aside.", facts.aside_messages),
            _gauge("inbox_updates", "Updates that wait to be handled.", facts.waiting_updates),
            _gauge("inbox_aside", "Updates that were set aside.", facts.aside_updates),
            _gauge("intents_unknown", "Changes of unknown outcome.", facts.unknown_intents),
            _gauge("locked", "1 while the shop is locked.", facts.locked_since is not None),
            _gauge("chats_paused", "Chats that refuse us.", facts.paused_chats),
            _gauge("started_timestamp_seconds", "Its start.", facts.started_at.timestamp()),
        ]

    def collect(self) -> Iterable[Metric]:
        """Return what was taken."""
        return self._families


def _gauge(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"supplier_bot_{name}", said, value=float(value))


async def _answer(send: Send, status: int, body: bytes, kind: bytes = _TEXT) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
