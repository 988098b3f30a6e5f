"""What ``supplier-bot setup`` asks Telegram and the marketplace for."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import SecretStr

from bot.chat.direct import DirectTelegram
from bot.supplier.addresses import load_addresses
from bot.supplier.auth import AuthKind, make_auth
from bot.supplier.caller import Timeouts
from bot.supplier.client import Marketplace
from bot.supplier.errors import SupplierError

PAIRING_SECONDS: Final = 600.0
# Without 0/O and 1/I/L: a code may be typed from a screen into a phone.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_POLL_SECONDS: Final = 20
_BATCH: Final = 100
_PAUSE: Final = 0.5
_now: Final = time.monotonic
_TIMEOUTS: Final = Timeouts(connect=10, read=15, write=15, total=2, tries=1)


class TooManyWaiting(Exception):  # noqa: N818 - it says what is so
    """So many messages wait for the bot that the newest cannot be seen."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A person who tapped the link."""

    person_id: int
    name: str


async def bot_name(token: str, api_url: str) -> str:
    """Return the bot's username. Raises TelegramAway and TelegramRefused."""
    async with DirectTelegram(token, api_url) as telegram:
        me = (await telegram.ask("getMe")).result
    return str(me.get("username", "")) if isinstance(me, Mapping) else ""


def new_code() -> str:
    """Return a code that nobody guesses within the time that it is waited for."""
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


async def wait_for_tap(
    token: str, api_url: str, code: str, *, seconds: float = PAIRING_SECONDS
) -> Someone | None:
    """Return who sent the bot ``/start CODE``; None when nobody did in time.

    Every update stays with Telegram, for the bot to fetch when it runs: without an offset none is
    ever confirmed. Raises TelegramAway, TelegramRefused (409: another one fetches them) and
    TooManyWaiting.
    """
    until = _now() + seconds
    async with DirectTelegram(token, api_url) as telegram:
        while (left := until - _now()) > 0:
            wait = max(1, min(_POLL_SECONDS, round(left)))
            reply = await telegram.ask("getUpdates", wait=wait, timeout=wait, limit=_BATCH)
            updates = reply.result if isinstance(reply.result, list) else []
            for update in updates:
                found = _tapped(update, code)
                if found is not None:
                    return found
            if len(updates) >= _BATCH:
                raise TooManyWaiting
            if updates:
                # What waits there already would be answered again at once.
                await asyncio.sleep(_PAUSE)
    return None


def _tapped(update: Any, code: str) -> Someone | None:
    message = update.get("message") if isinstance(update, Mapping) else None
    if not isinstance(message, Mapping):
        return None
    sender, chat, text = message.get("from"), message.get("chat"), message.get("text")
    if (
        not isinstance(sender, Mapping)
        or not isinstance(chat, Mapping)
        or not isinstance(text, str)
    ):
        return None
    words = text.upper().split()
    right = len(words) in {1, 2} and secrets.compare_digest(_bytes(words[-1]), _bytes(code))
    if not right or chat.get("type") != "private" or not isinstance(sender.get("id"), int):
        return None
    name = " ".join(str(sender[key]) for key in ("first_name", "last_name") if sender.get(key))
    handle = f" (@{sender['username']})" if sender.get("username") else ""
    return Someone(sender["id"], f"{name}{handle}")


def _bytes(text: str) -> bytes:
    # Telegram's JSON may hold half a surrogate pair.
    return text.encode("utf-8", "surrogatepass")


Answer = Literal["known", "refused", "addresses", "away", "unclear"]
_REFUSED: Final = frozenset({"key_refused", "login_page", "forbidden"})
_ADDRESSES: Final = frozenset({"no_such_address", "wrong_method", "moved", "unreadable"})
_AWAY: Final = frozenset({"no_connection", "connect_timeout", "timeout", "not_sendable"})


async def ask_marketplace(
    url: str, kind: AuthKind, secret: str, endpoints: Path | None
) -> tuple[Answer, str]:
    """Return whether the marketplace knows the key (or cookie), and its own words if it had any.

    Two operations that only read are tried. Raises AuthError and AddressError.
    """
    session = kind is AuthKind.SESSION
    auth = make_auth(
        kind,
        key=None if session else SecretStr(secret),
        cookie=SecretStr(secret) if session else None,
    )
    reasons: list[str] = []
    words = ""
    async with Marketplace(url, auth, load_addresses(endpoints), timeouts=_TIMEOUTS) as market:
        for call in (market.get_balance, lambda: market.list_orders(page_size=1)):
            try:
                await call()
            except SupplierError as error:
                reasons.append(error.reason)
                words = words or error.message
                if error.reason in _AWAY:
                    break
            else:
                return "known", ""
    for answer, some in (("refused", _REFUSED), ("away", _AWAY), ("addresses", _ADDRESSES)):
        if some & set(reasons):
            return answer, words  # type: ignore[return-value]
    return "unclear", words
