"""Words that a list is searched for: where they stand, and how a button carries them on."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Final

_PREFIX: Final = "q."
_BYTES: Final = 28  # in base64, with the prefix, the 40 characters of a button's subject


def fitting(words: str) -> str:
    """Return as much of ``words`` as is searched for: what a button can carry."""
    whole = " ".join(words.split()).encode()
    return whole[:_BYTES].decode(errors="ignore").strip()  # a character that is cut is left out


def stand_in(words: Iterable[str], texts: Iterable[str]) -> bool:
    """Say whether each of the words stands somewhere in the texts, whatever the case of letters."""
    whole = "\n".join(texts).casefold()
    return all(word.casefold() in whole for word in words)


def pack(words: str) -> str:
    """Return a button's subject for ``words``, which must be fitting ones."""
    return _PREFIX + base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def unpack(subject: str) -> str:
    """Return the words that a button's subject carries; empty where it carries none."""
    if not subject.startswith(_PREFIX):
        return ""
    packed = subject.removeprefix(_PREFIX)
    try:
        return fitting(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode())
    except (binascii.Error, ValueError):
        return ""
