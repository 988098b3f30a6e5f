"""What Telegram shows of the bot to who has not begun to talk with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .drawing import say_word
from .words import cut

_DESCRIPTION: Final = 512  # Bot API: setMyDescription
_SHORT: Final = 120  # Bot API: setMyShortDescription


@dataclass(frozen=True, slots=True)
class Profile:
    """The text of an empty chat, that of the profile page, and the commands of a stranger."""

    description: str
    short: str
    commands: tuple[tuple[str, str], ...]


def profile(language: str) -> Profile:
    """Return the profile in a language."""
    return Profile(
        cut(say_word("profile", "description", language), _DESCRIPTION),
        cut(say_word("profile", "short", language), _SHORT),
        (("start", say_word("commands", "start", language)),),
    )
