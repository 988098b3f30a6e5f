"""A key or a token that somebody pasted into a chat by mistake: taken out before it is stored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

# As BotFather makes them; goods look like this only where they are bots' tokens.
_OF_A_BOT: Final = r"(?<![0-9])\d{8,12}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"
# A shorter key would be found in words that have nothing to do with it.
_SHORTEST: Final = 12
# What a message is marked with that held one.
MARK: Final = "held_a_secret"
_MESSAGES: Final = ("message", "edited_message", "channel_post", "edited_channel_post")


class Leaks:
    """Finds our own keys, and the token of any bot. Its repr shows none of them."""

    __slots__ = ("_pattern",)

    def __init__(self, own: Iterable[str] = ()) -> None:
        known = {each for each in own if len(each) >= _SHORTEST}
        longest_first = sorted(known, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(re.escape, longest_first), _OF_A_BOT]))

    def __repr__(self) -> str:
        return "Leaks(...)"

    def found_in(self, text: str) -> bool:
        """Say whether a text holds one."""
        return self._pattern.search(text) is not None

    def taken_out(self, update: Any) -> Any:
        """Return an update without them; the message whose text held one is marked."""
        if not isinstance(update, dict) or not self._anywhere(update):
            return update
        clean = self._clean(update)
        for name in _MESSAGES:
            before, after = update.get(name), clean.get(name)
            if isinstance(before, dict) and any(
                before.get(part) != after.get(part) for part in ("text", "caption")
            ):
                after[MARK] = True
        return clean

    def _anywhere(self, update: Any) -> bool:
        try:
            return self.found_in(json.dumps(update, ensure_ascii=False).replace('\\"', '"'))
        except (ValueError, TypeError, RecursionError):
            return True  # looked at string by string

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return "" if self.found_in(value) else value
        if isinstance(value, list):
            return [self._clean(each) for each in value]
        if not isinstance(value, dict):
            return value
        clean = {key: self._clean(each) for key, each in value.items()}
        for text, marks in (("text", "entities"), ("caption", "caption_entities")):
            if clean.get(text) != value.get(text):
                clean.pop(marks, None)
        return clean


def of_cookie(cookie: str) -> tuple[str, ...]:
    """Return the values of a Cookie header: each of them opens the account."""
    return tuple(part.partition("=")[2].strip() for part in cookie.split(";"))
