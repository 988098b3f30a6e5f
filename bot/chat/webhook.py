"""A webhook: Telegram brings updates to a port of ours, instead of being asked for them.

What stands in front of the port speaks HTTPS; here it is plain HTTP. Whoever does not know the
secret is sent away before anything of the request is read.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import random
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.store.errors import StoreError

from .fate import backoff
from .gateway import Gateway, Hook, wait_of
from .intake import Intake

log = structlog.get_logger(__name__)

MOST_BYTES: Final = 1 << 20  # far more than any update has
READ_WITHIN: Final = 10.0  # seconds
LOOK_EVERY: Final = 60.0
_HEADER: Final = b"x-telegram-bot-api-secret-token"
# A failure that Telegram told of longer ago is over.
_FRESH: Final = timedelta(minutes=2)
_LONGEST: Final = 15.0

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class _Refused(Exception):  # noqa: N818 - it says what is so
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Webhook:
    """Takes what Telegram brings, and sees to it that it is brought.

    ``url``: where Telegram finds the port. ``secret``: what it says each time.
    """

    def __init__(
        self,
        gateway: Gateway,
        intake: Intake,
        *,
        url: str,
        secret: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gateway = gateway
        self._intake = intake
        self._url = url
        self._secret = secret.encode("ascii")
        self._now = now
        self._sleep = sleep
        self._answers: asyncio.TaskGroup | None = None
        self._is_ours = False  # set by us, so that Telegram says our secret

    async def run(self) -> None:
        """Keep the webhook set until cancelled; Telegram being away ends nothing."""
        failures = 0
        async with asyncio.TaskGroup() as answers:
            self._answers = answers
            try:
                while True:
                    try:
                        await self._look()
                    except TelegramError as error:
                        failures += 1
                        await self._sleep(self._trouble(error, failures))
                    else:
                        failures = 0
                        await self._sleep(LOOK_EVERY)
            finally:
                self._answers = None

    async def _look(self) -> None:
        """Set the webhook where it is not; note whether Telegram reaches us.

        At the start it is set anew: Telegram does not tell the secret that it says.
        """
        hook = await self._gateway.webhook()
        if not self._is_ours or hook.url != self._url:
            await self._gateway.set_webhook(self._url, self._secret.decode())
            self._is_ours = True
            log.info("webhook set", waiting=hook.waiting)
            hook = Hook(self._url, hook.waiting, None)
        now = self._now()
        fails = hook.failed_at is not None and now - hook.failed_at < _FRESH and hook.waiting > 0
        if fails:
            log.warning("Telegram does not reach WEBHOOK_URL", waiting=hook.waiting)
            self._intake.failing_since = self._intake.failing_since or hook.failed_at
        else:
            self._intake.failing_since = None
            self._intake.heard_at = now

    def _trouble(self, error: TelegramError, failures: int) -> float:
        """Return how long to wait, in seconds."""
        self._intake.failing_since = self._intake.failing_since or self._now()
        if isinstance(error, RetryAfter):
            return wait_of(error).total_seconds()
        if isinstance(error, InvalidToken):
            log.error("Telegram does not know TELEGRAM_BOT_TOKEN")
        else:
            # Its words name what is wrong with the URL.
            log.warning("the webhook cannot be set", error=error.message[:200])
        return min(backoff(failures, random.random()).total_seconds(), _LONGEST)  # noqa: S311

    # --- what is brought ---------------------------------------------------------------------

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Answer a request: 200 once its update is stored, so that it is brought no more."""
        if scope["type"] != "http":
            return
        try:
            item = await self._read(scope, receive)
            status = await self._take(item)
        except _Refused as refused:
            status = refused.status
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(b"content-length", b"0")],
            }
        )
        await send({"type": "http.response.body", "body": b""})

    async def _take(self, item: Any) -> int:
        if self._answers is None:
            return 503  # ending, or not begun: it comes again
        try:
            await self._intake.bring(item, self._answers)
        except StoreError:
            return 503
        return 200

    async def _read(self, scope: _Scope, receive: _Receive) -> Any:
        """Return what a request holds. Raises _Refused with the status to answer."""
        headers = dict(scope["headers"])
        if not hmac.compare_digest(headers.get(_HEADER, b""), self._secret):
            raise _Refused(403)
        if scope["method"] != "POST":
            raise _Refused(405)
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length[:12]) > MOST_BYTES:
            raise _Refused(413)
        try:
            async with asyncio.timeout(READ_WITHIN):
                content = await _content(receive)
        except TimeoutError:
            raise _Refused(408) from None
        try:
            return json.loads(content.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            log.error("what was brought cannot be read", bytes=len(content))
            raise _Refused(400) from None


async def _content(receive: _Receive) -> bytes:
    content = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Refused(400)
        content += message.get("body", b"")
        if len(content) > MOST_BYTES:
            raise _Refused(413)
        if not message.get("more_body"):
            return bytes(content)
