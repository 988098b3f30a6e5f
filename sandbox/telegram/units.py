"""UTF-16 code units, in which Telegram counts texts and places entities."""

import re

_LAST_SINGLE_UNIT = 0xFFFF
_TWO_UNITS = re.compile(f"[{chr(_LAST_SINGLE_UNIT + 1)}-\U0010ffff]")


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units `text` takes."""
    if text.isascii():
        return len(text)
    return len(text) + len(_TWO_UNITS.findall(text))


def unit_offsets(text: str) -> list[int]:
    """Return the UTF-16 offset of each character of `text`, and of its end."""
    offsets: list[int] = []
    begun = more = 0
    for wide in _TWO_UNITS.finditer(text):
        offsets += range(begun + more, wide.end() + more)
        begun, more = wide.end(), more + 1
    return [*offsets, *range(begun + more, len(text) + more + 1)]


def byte_offset(text: str, index: int) -> int:
    """Return the UTF-8 offset of character `index`, as parse errors name it."""
    return len(text[:index].encode())


def split_units(text: str, limit: int) -> list[str]:
    """Cut `text` into pieces of at most `limit` UTF-16 units, never through a character."""
    pieces: list[str] = []
    start, used = 0, 0
    for index, sign in enumerate(text):
        width = 1 + (ord(sign) > _LAST_SINGLE_UNIT)
        if used + width > limit:
            pieces.append(text[start:index])
            start, used = index, 0
        used += width
    pieces.append(text[start:])
    return pieces
