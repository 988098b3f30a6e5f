"""What Telegram's apps do to a text before it is sent: nobody sees that it was another one."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Of "--", "<<", "...", of straight quotes, and of smileys. Whoever types them is not believed.
_MADE = re.compile("[—–…«»“”„‘’\u2600-\u27bf\u2b50\ufe0f\U0001f300-\U0001faff]")
# What `**`, `__`, `~~`, `||` and backticks become: the signs themselves are gone.
_FORMATS = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "code",
        "pre",
        "custom_emoji",
        "text_link",
    }
)


def may_be_altered(text: str, formats: Iterable[str]) -> bool:
    """Say whether an app may have changed signs of ``text``; ``formats``: of its entities."""
    return _MADE.search(text) is not None or not _FORMATS.isdisjoint(formats)
