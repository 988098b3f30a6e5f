"""An update as Telegram's library reads it."""

from __future__ import annotations

import json
from typing import Any, Final

from telegram import Bot, Update

# A poll of a Bot API server that is older than the library lacks what that asks for, and nobody
# here reads any.
_LEFT_OUT: Final = frozenset({"poll", "external_reply"})
_WITHIN: Final = (
    *("message", "edited_message", "callback_query"),
    *("reply_to_message", "pinned_message"),
)


def parsed(raw: bytes, bot: Bot) -> Update:
    """Return an update from its JSON.

    Raises whatever the library does where it cannot be read, also without the polls in it.
    """
    try:
        return Update.de_json(json.loads(raw), bot)
    except TypeError:
        return Update.de_json(_without_polls(json.loads(raw)), bot)


def _without_polls(item: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_polls(value) if name in _WITHIN and isinstance(value, dict) else value
        for name, value in item.items()
        if name not in _LEFT_OUT
    }
