"""The connections to Telegram: every call has a time-out, and no secret gets into a log."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable
from typing import Any, Final

import httpx
from telegram import Bot
from telegram.error import NetworkError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.lean import not_searched
from bot.one_piece import write_in_one_piece

from .gateway import POLL_SECONDS

not_searched("sniffio")  # by httpcore, several times a call

_CONNECT: Final = 5.0
_KEPT: Final = 20  # connections; thirty messages a second need three
_READ: Final = 15.0
_SUCCESS: Final = range(200, 300)
_MOST: Final = 2**53  # of a number that Telegram says
# What the library asks of a message beside its number.
_ANY_MESSAGE: Final = {"date": 0, "chat": {"id": 0, "type": "private"}}

# Told of every call: its method, the status (None: no answer), and what it took in seconds.
OnCall = Callable[[str, int | None, float], None]


class QuietRequest(HTTPXRequest):
    """The library's request; an unreadable answer is not logged, since it may hold goods."""

    on_call: OnCall | None = None

    async def do_request(self, url: str, *arguments: Any, **named: Any) -> tuple[int, bytes]:
        """Make a call. Raises NetworkError, also where a refusal is not Telegram's own.

        A page of whatever stands in between says nothing of a chat or a message, with any status.
        """
        status, content = await self._counted(url, *arguments, **named)
        if status not in _SUCCESS and "/file/bot" not in url and not is_refusal(content):
            raise NetworkError(f"an answer that is not Telegram's ({status})")
        return status, content

    async def _counted(self, url: str, *arguments: Any, **named: Any) -> tuple[int, bytes]:
        """Make a call, and tell who counts them."""
        if self.on_call is None:
            return await super().do_request(url, *arguments, **named)
        began, status = time.monotonic(), None
        try:
            status, content = await super().do_request(url, *arguments, **named)
        finally:
            # The method alone: what stands before it is the token.
            method = "getFile" if "/file/bot" in url else url.rpartition("/")[2]
            self.on_call(method, status, time.monotonic() - began)
        return status, content

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read Telegram's answer. Raises NetworkError, which is tried again."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise NetworkError("Telegram's answer cannot be read") from None
        if not isinstance(answer, dict) or (
            "result" not in answer and answer.get("ok") is not False
        ):
            raise NetworkError("Telegram's answer is not one of its kind")
        result = answer.get("result")
        if isinstance(result, dict) and isinstance(result.get("message_id"), int):
            # It was taken, and its number is known: whatever else Telegram shows of it, what it
            # replies to included, need not be understood, or it would be sent again.
            return {**answer, "result": {"message_id": result["message_id"], **_ANY_MESSAGE}}
        return answer


def is_refusal(content: bytes) -> bool:
    """Say whether an answer is a refusal in the shape that Telegram gives it."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return False
    if not isinstance(answer, dict) or answer.get("ok") is not False:
        return False
    said = answer.get("description")
    parameters = answer.get("parameters", {})
    if not said or not isinstance(said, str) or not isinstance(parameters, dict):
        return False
    return all(
        isinstance(parameters.get(name, 1), int) and abs(parameters.get(name, 1)) < _MOST
        for name in ("migrate_to_chat_id", "retry_after")
    )


def make_bot(token: str, api_url: str, on_call: OnCall | None = None) -> ExtBot[None]:
    """Return a bot that talks to any Bot API server; nothing is sent yet."""
    local = api_url.startswith("http://127.")
    # One for all: certificates take 20 ms and a megabyte, and are of no use without TLS.
    secure = api_url.lower().startswith("https:")
    verify = httpx.create_ssl_context() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def request(pool: int, read: float) -> QuietRequest:
        made = QuietRequest(
            connection_pool_size=pool,
            connect_timeout=_CONNECT,
            read_timeout=read,
            write_timeout=_READ,
            pool_timeout=_CONNECT,
            httpx_kwargs={
                "trust_env": not local,
                "verify": verify,
                # Each that is kept is looked at with every request.
                "limits": httpx.Limits(max_connections=pool, max_keepalive_connections=_KEPT),
            },
        )
        made.on_call = on_call
        write_in_one_piece(made._client._transport)  # noqa: SLF001 - no public door to it
        return made

    return ExtBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request(256, _READ),  # more than messages, answers and files at once
        get_updates_request=request(2, POLL_SECONDS + 10),
    )


async def close_bot(bot: Bot) -> None:
    """Close every connection: the library closes none of a bot that never learnt its name."""
    for request in bot._request:  # noqa: SLF001 - the library has no public door to it
        await request.shutdown()
