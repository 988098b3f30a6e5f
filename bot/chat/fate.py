"""What Telegram's refusal means for a message: a decision, without effects."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from .gateway import wait_of

What = Literal["fine", "wait", "later", "paused", "migrated", "gone", "plain", "aside", "fault"]

# Prefixes of Telegram's own texts, in lower case.
_FINE: Final = ("message is not modified",)
_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message to delete not found",
    "message can't be deleted",
    "message to react not found",
    "message to pin not found",
    "message_id_invalid",
)
_PAUSED: Final = (
    "chat not found",
    "user is deactivated",
    "not enough rights to send text messages",
    "have no rights to send a message",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "peer_id_invalid",
    "topic_closed",
)
_PLAIN: Final = ("can't parse entities", "entity_", "entities", "webpage_")
_TOO_LARGE: Final = "request entity too large"  # 413, in Telegram's own words
_FAULTS_ALLOWED: Final = 3


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a message, after how long, and why."""

    what: What
    wait: timedelta = timedelta()
    reason: str = ""
    chat_id: int | None = None  # where a migrated group goes on


def backoff(attempts: int, chance: float) -> timedelta:
    """Return how long to wait after network trouble: doubling to a minute, with jitter."""
    return timedelta(seconds=min(60.0, 0.5 * 2.0 ** min(attempts, 7)) * (0.5 + chance))


def of_fault(error: Exception, attempts: int) -> Fate:
    """Decide what a fault of ours means: tried again twice, then put aside for /health to count."""
    reason = f"fault: {type(error).__name__}"
    if attempts + 1 >= _FAULTS_ALLOWED:
        return Fate("aside", reason=reason)
    return Fate("fault", backoff(attempts, 0.5), reason)


def fate_of(error: TelegramError, attempts: int, chance: float | None = None) -> Fate:
    """Decide what Telegram's refusal means.

    ``BadRequest`` is a ``NetworkError`` in the library: it is looked at first.
    """
    reason = error.message
    text = reason.lower().removeprefix("bad request: ")
    wait = backoff(attempts, random.random() if chance is None else chance)  # noqa: S311
    match error:
        case RetryAfter():
            return Fate("wait", wait_of(error), "throttled")
        case ChatMigrated():
            return Fate("migrated", reason="migrated", chat_id=error.new_chat_id)
        case Forbidden():
            return Fate("paused", reason=reason)
        case BadRequest() if text.startswith(_FINE):
            return Fate("fine")
        case BadRequest() if text.startswith(_GONE):
            return Fate("gone", reason=reason)
        case BadRequest() if text.startswith(_PAUSED):
            return Fate("paused", reason=reason)
        case BadRequest() if text.startswith(_PLAIN):
            return Fate("plain", reason=reason)
        case BadRequest():
            return Fate("aside", reason=reason)
        case InvalidToken():
            # A wrong token refuses everything alike; nothing is lost by waiting for the right one.
            return Fate("later", timedelta(seconds=30), "token refused")
        case NetworkError() if text.startswith(_TOO_LARGE):
            return Fate("aside", reason=reason)  # or all that follows it would wait for ever
        case NetworkError():
            return Fate("later", wait, "network")
        case _:
            return Fate("later", wait, type(error).__name__)
