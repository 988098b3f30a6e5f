"""Brings updates to a bot's own server, one after the other, until it takes them."""

import asyncio
import re
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from .hub import Hub
from .timekeeping import ShiftedClock
from .updates import Update, UpdateQueue

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_WITHIN: Final = 10.0  # seconds for an answer
_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)  # between tries; then the last again and again


def is_here(url: str) -> bool:
    """Say whether a URL is of this machine: nothing is ever brought to another."""
    try:
        return urlsplit(url).hostname in _HERE
    except ValueError:
        return False


class Webhook:
    """Where updates go instead of to getUpdates. Without a `url` there is none."""

    def __init__(self, hub: Hub, queue: UpdateQueue, clock: ShiftedClock) -> None:
        self._hub = hub
        self._queue = queue
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._secret = ""
        self._failed: tuple[int, str] | None = None
        self.url = ""
        self.connections = 40
        # In place of a socket, where the bot's server is in this process.
        self.transport: httpx.AsyncBaseTransport | None = None

    def set(self, url: str, secret: str, connections: int) -> None:
        """Bring updates there from now on; to another machine none are brought."""
        self.clear()
        self.url, self._secret, self.connections = url, secret, connections
        if is_here(url) or self.transport is not None:
            self._task = asyncio.get_running_loop().create_task(self._bring(url))

    def clear(self) -> None:
        """Bring nothing any more. What is on its way may arrive, and stays in the queue."""
        if self._task is not None:
            self._task.cancel()
        self._task, self.url, self._failed = None, "", None

    def info(self) -> dict[str, Any]:
        """Return what getWebhookInfo tells."""
        info: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue),
        }
        if self.url:
            info["max_connections"] = self.connections
        if self._failed is not None:
            info["last_error_date"], info["last_error_message"] = self._failed
        if self._queue.allowed:
            info["allowed_updates"] = list(self._queue.allowed)
        return info

    async def _bring(self, url: str) -> None:
        tries = 0
        async with httpx.AsyncClient(
            transport=self.transport, timeout=_WITHIN, trust_env=False
        ) as client:
            while (update := await self._next()) is not None:
                failure = await self._post(client, url, update)
                if not failure:
                    self._queue.take(update)
                    self._hub.wake()
                    tries = 0
                    continue
                self._failed = int(self._clock.now().timestamp()), failure
                pause = _PAUSES[min(tries, len(_PAUSES) - 1)]
                tries += 1
                await self._hub.until(lambda: None, pause)

    async def _next(self) -> Update | None:
        """Wait for an update; None once the server stops."""
        while not self._hub.closed:
            found = await self._hub.until(lambda: self._queue.peek(1), 60)
            if found:
                return found[0]
        return None

    async def _post(self, client: httpx.AsyncClient, url: str, update: Update) -> str:
        """Bring one update; return why it was not taken."""
        headers = {HEADER: self._secret} if self._secret else {}
        try:
            answer = await client.post(url, json=update, headers=headers)
        except httpx.TimeoutException:
            return "Read timeout expired"
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return "Connection refused"
        if answer.is_success:
            return ""
        return f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
