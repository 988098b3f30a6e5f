"""Telegram asked a single question, without the library: for who sets up or looks after a bot."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal

import httpx

_CONNECT: Final = 5.0
_MARGIN: Final = 10.0
_MAX_BYTES: Final = 4 * 1024 * 1024

Away = Literal["no_connection", "timeout", "cut", "unreadable", "server_error"]


class TelegramAway(Exception):  # noqa: N818 - it says what is so
    """Telegram gave no answer of its own; ``reason`` is a machine's word."""

    def __init__(self, reason: Away) -> None:
        super().__init__(reason)
        self.reason: Away = reason


class TelegramRefused(Exception):  # noqa: N818
    """Telegram said no: ``code`` is its number, ``said`` are its words."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(code, said)
        self.code = code
        self.said = said


@dataclass(frozen=True, slots=True)
class Reply:
    """What Telegram answered, and when that was by its own clock (None: it did not say)."""

    result: Any
    at: datetime | None


class DirectTelegram:
    """Asks one Bot API server; close it with ``aclose``, or use it in ``async with``."""

    def __init__(
        self,
        token: str,
        api_url: str,
        *,
        margin: float = _MARGIN,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """``margin``: how many seconds an answer may take beyond a wait that was asked for."""
        self._base = f"{api_url}/bot{token}"
        self._margin = margin
        secure = api_url.startswith("https:")
        self._client = httpx.AsyncClient(
            trust_env=not api_url.startswith("http://127."),
            transport=transport,
            # Without TLS there is nothing to verify, and loading the certificates takes time.
            verify=True if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    async def __aenter__(self) -> DirectTelegram:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def ask(self, method: str, *, wait: float = 0.0, **parameters: Any) -> Reply:
        """Call a method; ``wait``: how many seconds it may take by itself.

        Raises TelegramAway and TelegramRefused; neither holds the token.
        """
        failure: TelegramAway
        try:
            answer = await self._client.post(
                f"{self._base}/{method}",
                json=parameters,
                timeout=httpx.Timeout(wait + self._margin, connect=min(_CONNECT, self._margin)),
            )
        except (httpx.ConnectError, httpx.ConnectTimeout):
            failure = TelegramAway("no_connection")
        except httpx.TimeoutException:
            failure = TelegramAway("timeout")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            failure = TelegramAway("cut")
        else:
            return _read(answer)
        # Raised outside of the handlers: the library's errors hold the address, with the token.
        raise failure


def _read(answer: httpx.Response) -> Reply:
    body: Any = None
    if len(answer.content) <= _MAX_BYTES:
        try:
            body = answer.json()
        except (ValueError, RecursionError):
            body = None
    if not isinstance(body, Mapping) or not isinstance(body.get("ok"), bool):
        raise TelegramAway("server_error" if answer.is_server_error else "unreadable")
    if not body["ok"]:
        code = body.get("error_code")
        said = str(body.get("description", ""))[:200]
        raise TelegramRefused(code if isinstance(code, int) else answer.status_code, said)
    return Reply(body.get("result"), _time_of(answer))


def _time_of(answer: httpx.Response) -> datetime | None:
    try:
        moment = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
